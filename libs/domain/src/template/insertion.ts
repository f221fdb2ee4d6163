import { DomainError } from '../errors.js';
import { MISSING } from './resolve.js';

/** Refusal of one rendering: the template is sound, but not with this event. */
export const templateError = (message: string): DomainError => new DomainError('template_error', message);

/** A resolved value as compact JSON, its type kept; what is missing is null. */
export const toJson = (value: unknown): string => (value === MISSING || value === undefined ? 'null' : JSON.stringify(value));

/** A resolved value within text: strings as they are, null and missing as nothing, the rest as compact JSON. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === MISSING || value === null ? '' : toJson(value);
}

/** A resolved value within the quotes of a JSON string. */
export const toJsonString = (value: unknown): string => JSON.stringify(toText(value)).slice(1, -1);

/** Whether there is nothing to insert. */
export const isAbsent = (value: unknown): boolean => value === MISSING || value === null;
