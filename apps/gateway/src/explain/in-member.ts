import { DomainError } from '#domain/errors.js';

/** Judges what stands in one member of the body: the fields that a refusal names are placed in the whole of it. */
export async function inMember<T>(member: string, judge: () => T | Promise<T>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const errors = error.errors.map((field) => ({ ...field, path: `/${member}${field.path}` }));
    throw new DomainError(error.code, error.message, errors);
  }
}
