import type { Overview } from '../api/shapes';

type Step = Overview['series'][number];

/** One line of a plot: a value for each time; null where there is none. */
export interface Line {
  name: string;
  /** A custom property of the theme that holds its colour. */
  colour: string;
  values: (number | null)[];
}

/** Lines over the beginnings of steps, in seconds since 1970. */
export interface Plotted {
  times: number[];
  lines: Line[];
}

/** A line's value at a place, in words. */
export function valueAt({ values }: Line, at: number, format: (value: number) => string): string {
  const value = values[at] ?? null;
  return value === null ? '–' : format(value);
}

const MINUTE_MS = 60_000;

/** Steps that are over by `nowMs`: one that still fills would look like a fall. */
const finished = ({ series, stepMinutes }: Overview, nowMs: number): Step[] =>
  series.filter(({ at }) => Date.parse(at) + stepMinutes * MINUTE_MS <= nowMs);

const timesOf = (steps: Step[]): number[] => steps.map(({ at }) => Date.parse(at) / 1_000);

/** What was accepted, delivered and given up in a minute, on average over each step. */
export function trafficOf(overview: Overview, nowMs: number): Plotted {
  const steps = finished(overview, nowMs);
  const line = (name: string, colour: string, pick: 'accepted' | 'delivered' | 'failed'): Line => ({
    name,
    colour,
    values: steps.map((step) => step[pick] / overview.stepMinutes),
  });
  return {
    times: timesOf(steps),
    lines: [line('Accepted', '--accent', 'accepted'), line('Delivered', '--good', 'delivered'), line('Failed', '--bad', 'failed')],
  };
}

/** How long 95 of 100 took at most, in milliseconds. */
export function latencyOf(overview: Overview, nowMs: number): Plotted {
  const steps = finished(overview, nowMs);
  return {
    times: timesOf(steps),
    lines: [
      { name: 'End to end', colour: '--accent', values: steps.map(({ endToEndP95Ms }) => endToEndP95Ms) },
      { name: 'Endpoints', colour: '--warn', values: steps.map(({ endpointP95Ms }) => endpointP95Ms) },
    ],
  };
}
