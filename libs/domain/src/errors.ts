/** One thing wrong with one field. `path` is a JSON Pointer into the request (`/failureHandling/retry/kind`). */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

/**
 * A refusal with a stable code. The gateway's one table (`http/status-of.ts`) maps the code to an HTTP status;
 * the message is for people and may change, the code may not.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: string,
    message: string,
    readonly errors: FieldError[] = [],
  ) {
    super(message);
  }
}

/** Refusal of a parsable but invalid value, with the fields at fault. */
export const invalid = (errors: FieldError[], code = 'invalid'): DomainError =>
  new DomainError(code, errors[0]?.message ?? 'The request is not valid.', errors);

/** Shorthand for one faulty field: the field's own code becomes the refusal's code. */
export const invalidField = (path: string, code: string, message: string): DomainError =>
  new DomainError(code, message, [{ path, code, message }]);
