import { DomainError } from '#domain/errors.js';
import type { Facts, SpanStart, Tracer } from '#observability/tracer.js';
import type { Attempted, Work } from './attempt.js';
import { traced } from './attempt-span.js';

const UUID = '01890000-0000-7000-8000-000000000001';
const PARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const work = (attemptCount = 0, traceparent: string | null = PARENT) =>
  ({
    claim: { uuid: UUID, tenantId: UUID, subscriptionUuid: UUID, attemptCount, trigger: 'schedule' },
    event: { stored: { id: 'evt_1', type: 't', traceparent } },
  }) as unknown as Work;

const finished = (url: string | null, result: object, outcome: string): Attempted =>
  ({ kind: 'finished', attempt: { request: url && { method: 'POST', url }, result, outcome: { kind: outcome } } }) as unknown as Attempted;

describe('the span of an attempt', () => {
  let started: SpanStart[];
  let ended: { facts: Facts; isFailed: boolean }[];
  const tracer: Tracer = {
    start: (span) => {
      started.push(span);
      return { traceparent: 'own', end: (facts, isFailed = false) => void ended.push({ facts, isFailed }) };
    },
    stop: () => Promise.resolve(),
  };
  beforeEach(() => ([started, ended] = [[], []]));
  const trace = (attempted: Attempted, of = work()) => traced(tracer, of, () => Promise.resolve(attempted));

  it('is of its event’s trace, and the request is told of it', async () => {
    const told: string[] = [];
    await traced(tracer, work(2), async (traceparent) => {
      told.push(traceparent);
      return finished('https://a.example/', { kind: 'response', status: 204 }, 'delivered');
    });
    expect(told).toEqual(['own']);
    expect(started).toEqual([expect.objectContaining({ name: 'attempt', kind: 'client', parent: PARENT })]);
    expect(started[0]!.facts).toMatchObject({ attemptNumber: 3, resends: 2 });
    await trace(finished('https://a.example/', { kind: 'response', status: 204 }, 'delivered'), work(0, null));
    expect(started[1]).toMatchObject({ parent: null, facts: { attemptNumber: 1, resends: null } });
  });

  it.each([
    ['https://user:hush@a.example/hush?hush=hush#hush', { scheme: 'https', host: 'a.example', port: 443 }],
    ['http://[::1]/hush', { scheme: 'http', host: '[::1]', port: 80 }],
    ['http://a.example:8080/', { scheme: 'http', host: 'a.example', port: 8080 }],
    ['no url', { scheme: null, host: null, port: null }],
    [null, { method: null, scheme: null, host: null, port: null }],
  ])('tells of %s only where it leads', async (url, facts) => {
    await trace(finished(url, { kind: 'response', status: 200 }, 'delivered'));
    expect(ended).toEqual([{ facts: expect.objectContaining(facts), isFailed: false }]);
    expect(JSON.stringify([started, ended])).not.toContain('hush');
  });

  it.each([
    [{ kind: 'response', status: 404 }, 'failed', { status: 404, error: '404' }, true],
    [{ kind: 'response', status: 302 }, 'retry', { status: 302, error: null }, true],
    [{ kind: 'failure', code: 'timeout_connect' }, 'retry', { status: null, error: 'timeout_connect' }, true],
    [{ kind: 'response', status: 200 }, 'delivered', { status: 200, error: null }, false],
  ])('of %j, which is %s, has the class of its error', async (result, outcome, facts, isFailed) => {
    await trace(finished('https://a.example/', result, outcome));
    expect(ended).toEqual([{ facts: expect.objectContaining({ outcome, ...facts }), isFailed }]);
  });

  it('ends when a fault of ours comes in between, and hands that on', async () => {
    expect(await trace({ kind: 'fault', code: 'EMFILE' })).toEqual({ kind: 'fault', code: 'EMFILE' });
    const failing = (error: Error) => traced(tracer, work(), () => Promise.reject(error));
    await expect(failing(new DomainError('secret_key_missing', 'No key.'))).rejects.toThrow('No key.');
    await expect(failing(new TypeError('a defect'))).rejects.toThrow('a defect');
    expect(ended).toEqual(['EMFILE', 'secret_key_missing', 'internal_error'].map((error) => ({ facts: { error }, isFailed: true })));
  });
});
