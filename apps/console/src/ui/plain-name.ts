/** One text of a name: the only one, or the first of its locales. */
export const plainName = (name: string | Record<string, string>): string =>
  typeof name === 'string' ? name : (Object.values(name)[0] ?? '');
