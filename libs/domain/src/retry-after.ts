const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '\\d{2}:\\d{2}:\\d{2}';

/** The three forms of RFC 9110, 5.6.7. `Date.parse` alone would take "1" or "2 tomorrow" for a date. */
const HTTP_DATES = [
  new RegExp(`^${WEEKDAY}, \\d{2} ${MONTH} \\d{4} ${CLOCK} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \\d{2}-${MONTH}-\\d{2} ${CLOCK} GMT$`),
  new RegExp(`^${WEEKDAY} ${MONTH} [ \\d]\\d ${CLOCK} \\d{4}$`),
];

/**
 * Seconds that a Retry-After header asks for, or null when it says nothing usable (absent, junk, negative, a date that has passed).
 * `nowMs` is the clock that a date is measured against. Source: RFC 9110, 10.2.3.
 */
export function parseRetryAfter(header: string | null | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) || at < nowMs ? null : (at - nowMs) / 1_000;
}
