import type { HeaderSpec } from '#domain/subscription.js';
import type { HeaderInput, HeaderMap } from './subscription-fields.js';

/** Reads headers as clients write them; a secret without a value stands for the stored one and has no values. */
export const readHeaders = (headers: HeaderMap): HeaderSpec[] =>
  Object.entries(headers).map(([name, input]) => ({ name, values: valuesOf(input), secret: isSecret(input) }));

/** Headers as clients get them: never the value of a secret, and none that has no value. */
export const showHeaders = (headers: readonly HeaderSpec[]): HeaderMap =>
  Object.fromEntries(headers.filter(({ values, secret }) => secret || values.length > 0).map((header) => [header.name, show(header)]));

/** The headers with `set` in place of their namesakes and without those named in `removed`; names compare without case. */
export function changeHeaders(headers: HeaderMap, set: HeaderMap, removed: readonly string[] = []): HeaderMap {
  const gone = new Set([...Object.keys(set), ...removed].map((name) => name.toLowerCase()));
  return Object.fromEntries([...Object.entries(headers).filter(([name]) => !gone.has(name.toLowerCase())), ...Object.entries(set)]);
}

function show({ values, secret }: HeaderSpec): HeaderInput {
  if (secret) return { secret: true };
  return values.length === 1 ? values[0]! : [...values];
}

const isPlain = (input: HeaderInput): input is string | string[] => typeof input === 'string' || Array.isArray(input);

const isSecret = (input: HeaderInput): boolean => !isPlain(input) && input.secret === true;

function valuesOf(input: HeaderInput): string[] {
  const value = isPlain(input) ? input : input.value;
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : [...value];
}
