/** For so long calls are gathered: rows that come into view as somebody scrolls go together. */
const GATHER_MS = 50;

/**
 * Makes few requests of many calls: what is asked for within a moment is read at once, up to `most` of it. `read` answers by id; what it
 * leaves out is null.
 */
export function together<T>(read: (ids: string[]) => Promise<Map<string, T>>, most: number): (id: string) => Promise<T | null> {
  let gathered: { ids: Set<string>; answer: Promise<Map<string, T>> } | null = null;
  const begin = () => {
    const ids = new Set<string>();
    const answer = new Promise<void>((resolve) => setTimeout(resolve, GATHER_MS)).then(() => {
      if (gathered?.ids === ids) gathered = null;
      return read([...ids]);
    });
    return { ids, answer };
  };
  return async (id) => {
    if (gathered === null || gathered.ids.size >= most) gathered = begin();
    gathered.ids.add(id);
    return (await gathered.answer).get(id) ?? null;
  };
}
