/** The end of an id, which is where ids of one day differ. */
export const shortId = (id: string): string => (id.length > 16 ? `…${id.slice(-10)}` : id);
