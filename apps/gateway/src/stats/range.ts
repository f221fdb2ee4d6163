import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import type { Range } from '#store/stats.store.js';

export const MINUTE_MS = 60_000;
export const TEN_MINUTES_MS = 10 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Whole minutes, from the one that holds `from` up to the one that holds `to`, or now where that is earlier. Absent: `to` is now, `from` an
 * hour before it. Errors: `out_of_range` for a range that is empty, longer than a day or begins before what is kept.
 */
export function readRange({ from, to }: { from?: string; to?: string }, nowMs: number): Range {
  const { min, max, default: byDefault } = LIMITS.statsRangeMinutes;
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const fromMs = from === undefined ? toMs - byDefault * MINUTE_MS : Date.parse(from);
  const minutes = (toMs - fromMs) / MINUTE_MS;
  if (minutes < min || minutes > max)
    throw invalidField('/from', 'out_of_range', `From \`from\` to \`to\` may be ${min} to ${max} minutes.`);
  if (fromMs < nowMs - LIMITS.statsKeptDays.max * DAY_MS)
    throw invalidField('/from', 'out_of_range', `Figures are kept for ${LIMITS.statsKeptDays.max} days.`);
  return { from: floor(fromMs, MINUTE_MS), to: ceil(Math.min(toMs, nowMs), MINUTE_MS) };
}

/** Whole ten minutes, the last of them the one that holds now. */
export function lastHours(hours: number, nowMs: number): Range {
  const to = ceil(nowMs, TEN_MINUTES_MS);
  return { from: new Date(to.getTime() - hours * HOUR_MS), to };
}

/** The same range in whole ten minutes. */
export const inTenMinutes = ({ from, to }: Range): Range => ({
  from: floor(from.getTime(), TEN_MINUTES_MS),
  to: ceil(to.getTime(), TEN_MINUTES_MS),
});

const floor = (ms: number, step: number): Date => new Date(Math.floor(ms / step) * step);
const ceil = (ms: number, step: number): Date => new Date(Math.ceil(ms / step) * step);
