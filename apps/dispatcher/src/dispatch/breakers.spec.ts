import { DEFAULT_BREAKER } from '#domain/breaker.js';
import type { SendResult } from '#domain/send-result.js';
import type { BreakerStore } from '#store/breaker.store.js';
import type { Claimed } from '#store/claim.store.js';
import type { FinishedAttempt } from '#store/record.store.js';
import { Breakers } from './breakers.js';
import { Endpoints } from './endpoints.js';

const policy = { ...DEFAULT_BREAKER, minAttempts: 3, lastingMs: 0 };
const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 5 };
const answered = (status: number): SendResult => ({
  kind: 'response',
  status,
  headers: {},
  bodyPrefix: Buffer.alloc(0),
  truncated: false,
  timings,
});
const unsent: SendResult = { kind: 'failure', code: 'template_error', message: '', timings };
const finished = (result: SendResult, probe: Claimed['probe'] = null): FinishedAttempt =>
  ({ claim: { subscriptionUuid: 's', probe }, result }) as FinishedAttempt;

function breakers() {
  const written: [string, number?][] = [];
  const note =
    (what: string) =>
    (_: unknown, coolDownMs?: number): Promise<boolean> => {
      written.push(coolDownMs === undefined ? [what] : [what, coolDownMs]);
      return Promise.resolve(true);
    };
  const store = { open: note('open'), close: note('close'), reopen: note('reopen'), probeAgain: note('probe again') };
  return { written, breakers: new Breakers(store as unknown as BreakerStore, new Endpoints(policy), policy) };
}

describe('the breakers of a dispatcher', () => {
  it('write nothing while all is well, nor for failures that are too few', async () => {
    const { written, breakers: some } = breakers();
    for (const status of [200, 404, 200, 500, 302, 500]) expect(await some.note(finished(answered(status)))).toBeNull();
    expect(written).toEqual([]);
  });

  it('open once when attempts fail, and count anew from there', async () => {
    const { written, breakers: some } = breakers();
    const changes = [];
    for (let i = 0; i < 5; i++) changes.push(await some.note(finished(answered(503))));
    expect(changes).toEqual([null, null, { to: 'opened', nextProbeInMs: 5_000 }, null, null]);
    expect(written).toEqual([['open', 5_000]]);
  });

  it.each<[string, SendResult, unknown, [string, number?]]>([
    ['close by a probe that is well', answered(204), { to: 'closed' }, ['close']],
    ['open for longer by a probe that fails', answered(500), { to: 'reopened', nextProbeInMs: 20_000 }, ['reopen', 20_000]],
    ['ask for another probe in place of one that sent nothing', unsent, null, ['probe again']],
  ])('%s', async (_, result, change, statement) => {
    const { written, breakers: some } = breakers();
    expect(await some.note(finished(result, { trips: 2 }))).toEqual(change);
    expect(written).toEqual([statement]);
  });
});
