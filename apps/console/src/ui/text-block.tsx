/** A text as it is. A long one scrolls in itself, with the keys, too. */
export const TextBlock = ({ children }: { children: string }) => <pre tabIndex={0}>{children}</pre>;
