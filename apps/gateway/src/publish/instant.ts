import { isISO8601 } from 'class-validator';

const WITH_OFFSET = /T.*(Z|[+-]\d{2}:?\d{2})$/;

/** Whether a value is an ISO 8601 date and time with its offset, in the years 1970 to 9999. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 40 || !WITH_OFFSET.test(value) || !isISO8601(value, { strict: true })) return false;
  const time = Date.parse(value);
  return time >= 0 && time < Date.UTC(10_000, 0);
}
