import type { SubscriptionSeries } from '../api/shapes';

export interface Bar {
  delivered: number;
  failed: number;
}

/** A series in so many bars of equal length; the last ones are full, the first may cover less. None for an empty one. */
export function barsOf(series: Pick<SubscriptionSeries['series'][number], keyof Bar>[], most: number): Bar[] {
  const length = Math.max(1, Math.ceil(series.length / most));
  const bars: Bar[] = [];
  for (let end = series.length; end > 0; end -= length) {
    const steps = series.slice(Math.max(0, end - length), end);
    const sum = (pick: keyof Bar): number => steps.reduce((all, step) => all + step[pick], 0);
    bars.unshift({ delivered: sum('delivered'), failed: sum('failed') });
  }
  return bars;
}
