import { type FieldError, invalid, invalidField } from '#domain/errors.js';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Collects what is wrong with a body, in Django REST framework's words. Every reader returns undefined for what is absent or faulty. */
export class Faults {
  readonly errors: FieldError[] = [];

  add(path: string, message: string): undefined {
    this.errors.push({ path, code: 'invalid', message });
    return undefined;
  }

  /** Throws DomainError `invalid` when anything was wrong. */
  done(): void {
    if (this.errors.length > 0) throw invalid(this.errors);
  }

  /** Whether there is a value to read. */
  given(value: unknown, path: string, isRequired: boolean): boolean {
    if (value === undefined) {
      if (isRequired) this.add(path, 'This field is required.');
      return false;
    }
    if (value === null) this.add(path, 'This field may not be null.');
    return value !== null;
  }

  text(value: unknown, path: string, max: number, isRequired = false): string | undefined {
    if (!this.given(value, path, isRequired)) return undefined;
    if (typeof value !== 'string') return this.add(path, 'Not a valid string.');
    if (value.trim() === '') return this.add(path, 'This field may not be blank.');
    return [...value].length > max ? this.add(path, `Ensure this field has no more than ${max} characters.`) : value;
  }

  flag(value: unknown, path: string): boolean | undefined {
    if (!this.given(value, path, false)) return undefined;
    return typeof value === 'boolean' ? value : this.add(path, 'Must be a valid boolean.');
  }

  object(value: unknown, path: string, isRequired = false): Json | undefined {
    if (!this.given(value, path, isRequired)) return undefined;
    return isObject(value) ? value : this.add(path, 'Expected a dictionary of items.');
  }

  whole(value: unknown, path: string, max: number): number | undefined {
    if (!this.given(value, path, true)) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) return this.add(path, 'A valid integer is required.');
    if (value < 0) return this.add(path, 'Ensure this value is greater than or equal to 0.');
    return value > max ? this.add(path, `Ensure this value is less than or equal to ${max}.`) : value;
  }
}

/** A request's body; none at all counts as an empty object. Throws DomainError `invalid` for what is no object. */
export function bodyOf(body: unknown): Json {
  if (body === undefined) return {};
  if (isObject(body)) return body;
  throw invalidField('/non_field_errors', 'invalid_type', 'Invalid data. Expected a dictionary.');
}
