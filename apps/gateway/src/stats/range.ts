import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import type { Range } from '#store/stats.store.js';

export const MINUTE_MS = 60_000;
export const TEN_MINUTES_MS = 10 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A range as it is asked for: from one moment, or so many minutes, up to another. */
interface AskedRange {
  from?: string;
  to?: string;
  minutes?: number;
  stepMinutes?: number;
}

/**
 * Whole steps, from the one that holds `from` up to the one that holds `to`, or now where that is earlier. Absent: `to` is now, `from` is
 * `minutes` before it, a step is a minute. Errors: `out_of_range` for a range that is empty, longer than what is kept, begins before it, or
 * has too many steps; `conflict` for two beginnings.
 */
export function readRange({ from, to, minutes, stepMinutes = 1 }: AskedRange, nowMs: number): Range {
  if (from !== undefined && minutes !== undefined)
    throw invalidField('/minutes', 'conflict', 'A range begins at `from` or `minutes` before its end.');
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const fromMs = from === undefined ? toMs - (minutes ?? LIMITS.statsRangeMinutes.default) * MINUTE_MS : Date.parse(from);
  checkRange(fromMs, toMs, stepMinutes);
  if (fromMs < nowMs - LIMITS.statsKeptDays.max * DAY_MS)
    throw invalidField('/from', 'out_of_range', `Figures are kept for ${LIMITS.statsKeptDays.max} days.`);
  const stepMs = stepMinutes * MINUTE_MS;
  return { from: floor(fromMs, stepMs), to: ceil(Math.min(toMs, nowMs), stepMs) };
}

function checkRange(fromMs: number, toMs: number, stepMinutes: number): void {
  const { min, max } = LIMITS.statsRangeMinutes;
  const { max: steps } = LIMITS.statsSteps;
  const minutes = (toMs - fromMs) / MINUTE_MS;
  if (minutes < min || minutes > max)
    throw invalidField('/from', 'out_of_range', `From \`from\` to \`to\` may be ${min} to ${max} minutes.`);
  if (minutes > steps * stepMinutes)
    throw invalidField('/stepMinutes', 'out_of_range', `A series has ${steps} steps at most: a range this long needs longer ones.`);
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
