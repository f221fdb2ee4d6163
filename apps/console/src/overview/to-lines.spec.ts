import type { Overview } from '../api/shapes';
import { latencyOf, trafficOf } from './to-lines';

const NOW = Date.parse('2026-11-21T12:07:30Z');
const step = (at: string, accepted: number, endToEndP95Ms: number | null) => ({
  at: `2026-11-21T${at}:00Z`,
  accepted,
  matched: 0,
  delivered: accepted / 2,
  failed: 0,
  attempts: 0,
  endToEndP95Ms,
  endpointP95Ms: null,
});
const overview = { stepMinutes: 5, series: [step('11:55', 10, 40), step('12:00', 50, null), step('12:05', 1, 7)] } as Overview;

describe('the plots of an overview', () => {
  it('show what happened in a minute, and leave out the step that still fills', () => {
    const { times, lines } = trafficOf(overview, NOW);
    expect(times).toEqual([Date.parse('2026-11-21T11:55:00Z') / 1_000, Date.parse('2026-11-21T12:00:00Z') / 1_000]);
    expect(lines.map(({ values }) => values)).toEqual([
      [2, 10],
      [1, 5],
      [0, 0],
    ]);
  });

  it('have a gap where nothing was measured', () => {
    expect(latencyOf(overview, NOW).lines.map(({ values }) => values)).toEqual([
      [40, null],
      [null, null],
    ]);
  });
});
