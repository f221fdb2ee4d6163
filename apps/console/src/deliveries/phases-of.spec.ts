import { phasesOf } from './phases-of';

type Timings = Parameters<typeof phasesOf>[0];

const timings = (over: Partial<Timings>): Timings => ({
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  totalMs: null,
  ...over,
});
const toldOf = (over: Partial<Timings>) => phasesOf(timings(over)).map(({ name, startMs, lengthMs }) => [name, startMs, lengthMs]);

describe('the phases of a request', () => {
  it('follow each other: dialling by its lengths, the first byte and the end from the start', () => {
    expect(toldOf({ dnsMs: 40, connectMs: 20, tlsMs: 30, firstByteMs: 150, totalMs: 162 })).toEqual([
      ['DNS', 0, 40],
      ['Connect', 40, 20],
      ['TLS', 60, 30],
      ['Waiting', 90, 60],
      ['Body', 150, 12],
    ]);
  });

  it('have no dialling over a connection that was kept', () => {
    expect(toldOf({ firstByteMs: 28, totalMs: 31 })).toEqual([
      ['Waiting', 0, 28],
      ['Body', 28, 3],
    ]);
  });

  it('have no lookup for an address, and no TLS over plain HTTP', () => {
    expect(toldOf({ connectMs: 2, firstByteMs: 9, totalMs: 9 })).toEqual([
      ['Connect', 0, 2],
      ['Waiting', 2, 7],
      ['Body', 9, 0],
    ]);
  });

  it('end in no answer where none came, and never in a body', () => {
    expect(toldOf({ totalMs: 5_000 })).toEqual([['No answer', 0, 5_000]]);
    expect(toldOf({ dnsMs: 3, connectMs: 4, totalMs: 3_000 })).toEqual([
      ['DNS', 0, 3],
      ['Connect', 3, 4],
      ['No answer', 7, 2_993],
    ]);
  });

  it('are none of what was never sent', () => {
    expect(toldOf({ totalMs: 0 })).toEqual([]);
    expect(toldOf({})).toEqual([]);
  });

  it('are never shorter than nothing, however the numbers were rounded', () => {
    expect(toldOf({ connectMs: 1, tlsMs: 1, firstByteMs: 1, totalMs: 1 })).toEqual([
      ['Connect', 0, 1],
      ['TLS', 1, 1],
      ['Waiting', 2, 0],
      ['Body', 2, 0],
    ]);
  });
});
