const LONGEST = 48;

/** A long text by its beginning; all of it on hover. */
export const Cut = ({ text }: { text: string }) => <span title={text}>{text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</span>;
