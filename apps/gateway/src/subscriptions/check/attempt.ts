import { DomainError, type FieldError } from '#domain/errors.js';

/** Runs a compiler for its refusals only: the faults it throws, each under `path`; none when it accepts. */
export function attempt(path: string, compile: () => unknown): FieldError[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.errors.length === 0) return [{ path, code: error.code, message: error.message }];
    return error.errors.map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
  }
}

/** One step of a JSON Pointer (RFC 6901). */
export const pointerToken = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
