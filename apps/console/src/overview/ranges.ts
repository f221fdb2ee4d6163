/** A time that the overview may cover, in how long steps, and how often it is read again. */
export interface TimeRange {
  name: string;
  /** As it is said aloud. */
  label: string;
  minutes: number;
  stepMinutes: 1 | 5 | 10 | 30 | 60;
  refreshMs: number;
}

const HOUR = 60;
const DAY = 24 * HOUR;

const ONE_HOUR: TimeRange = { name: '1h', label: '1 hour', minutes: HOUR, stepMinutes: 1, refreshMs: 5_000 };

/** None longer than figures are kept. A longer one changes more slowly and costs more to read, so it is read less often. */
export const RANGES: readonly TimeRange[] = [
  { name: '15m', label: '15 minutes', minutes: 15, stepMinutes: 1, refreshMs: 5_000 },
  ONE_HOUR,
  { name: '6h', label: '6 hours', minutes: 6 * HOUR, stepMinutes: 5, refreshMs: 10_000 },
  { name: '24h', label: '24 hours', minutes: DAY, stepMinutes: 10, refreshMs: 30_000 },
  { name: '7d', label: '7 days', minutes: 7 * DAY, stepMinutes: 60, refreshMs: 60_000 },
];

/** The range that the address names; one hour for any other name. */
export const rangeNamed = (name: string | undefined): TimeRange => RANGES.find((range) => range.name === name) ?? ONE_HOUR;
