import { DomainError } from '#domain/errors.js';

/** Where a field stands in the core's request, and where in the caller's (as String.replace takes it). The first that fits is taken. */
export type Respelling = readonly (readonly [core: RegExp, own: string | ((...match: string[]) => string)])[];

/** Asks the core, and tells its refusals in the caller's own field names. */
export async function respelled<T>(respelling: Respelling, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.errors.length === 0) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, path: respell(fault.path, respelling) }));
    throw new DomainError(error.code, error.message, errors);
  }
}

function respell(path: string, respelling: Respelling): string {
  const [core, own] = respelling.find(([pattern]) => pattern.test(path)) ?? [];
  if (core === undefined || own === undefined) return path;
  return typeof own === 'string' ? path.replace(core, own) : path.replace(core, own);
}
