import { gzipSync } from 'node:zlib';
import type { Attempt, Delivery } from '../support/api-shapes.js';
import type { Behaviour } from '../support/behaviour.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { CANARY_HOST } from '../support/test-settings.js';
import { freePort } from '../../apps/standalone/src/ports.js';
import { startStage, untilDelivery, type Stage } from './stage.js';

const TIMEOUT_MS = 1_000;
const STORED_BYTES = 16 * 1_024;

/** Receivers that do everything but answer well: each attempt ends in time, says what happened, and costs us nothing else. */
describe('an attempt', () => {
  let stage: Stage;
  let canary: Receiver;

  beforeAll(async () => {
    [stage, canary] = await Promise.all([startStage(), startReceiver({ host: CANARY_HOST })]);
  });

  /** One attempt at a url of the receiver that behaves so (or at any other url). */
  async function attemptAt(name: string, target: Behaviour | string, state: Delivery['state'] = 'failed'): Promise<Attempt> {
    const { tenant, receiver } = stage;
    if (typeof target !== 'string') receiver.on(`/${name}`, target);
    const url = typeof target === 'string' ? target : `${receiver.url}/${name}`;
    await tenant.subscribe({ url, eventTypes: [name], timeoutMs: TIMEOUT_MS, failureHandling: { retry: null } });
    const { id } = await tenant.publish({ type: name, data: {} });
    const delivery = await untilDelivery(tenant, id, { state, attemptCount: 1 });
    return (await tenant.attempts(delivery.id))[0]!;
  }

  const expectInTime = ({ timings, durationMs }: Attempt): void => {
    expect(durationMs).toBe(timings.totalMs);
    // A timer may fire a millisecond before its time; the rest is room for a busy machine.
    expect(durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
    expect(durationMs).toBeLessThan(TIMEOUT_MS + 1_000);
  };

  it.each<[string, Behaviour]>([
    ['never-answers', { kind: 'silence' }],
    ['trickles-headers', { kind: 'trickle-headers', everyMs: 50 }],
    ['trickles-body', { kind: 'trickle', everyMs: 50 }],
  ])('at a receiver that %s ends at the subscription’s timeout', async (name, behaviour) => {
    const attempt = await attemptAt(name, behaviour);
    expect(attempt).toMatchObject({ outcome: 'failed', response: null, error: { code: 'timeout_total' } });
    expectInTime(attempt);
  });

  it('reads a body without end only up to its cap, and keeps less', async () => {
    const attempt = await attemptAt('floods', { kind: 'flood', bytes: 200 * 1_024 * 1_024 }, 'delivered');
    expect(attempt.response).toMatchObject({ status: 200, truncated: true });
    expect(Buffer.byteLength(attempt.response!.body)).toBe(STORED_BYTES);
    expect(attempt.durationMs).toBeLessThan(TIMEOUT_MS);
  });

  it('keeps a body that fits its cap whole, and one byte more is truncated', async () => {
    const whole = await attemptAt('fits', { kind: 'answer', body: 'y'.repeat(STORED_BYTES) }, 'delivered');
    expect(whole.response).toMatchObject({ body: 'y'.repeat(STORED_BYTES), truncated: false });
    const more = await attemptAt('exceeds', { kind: 'answer', body: 'y'.repeat(STORED_BYTES + 1) }, 'delivered');
    expect(more.response).toMatchObject({ body: 'y'.repeat(STORED_BYTES), truncated: true });
  });

  it('asks for no compression, and stores a compressed body as it came instead of inflating it', async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 1_024 * 1_024));
    const attempt = await attemptAt('gzips', { kind: 'answer', headers: { 'content-encoding': 'gzip' }, body: bomb }, 'delivered');
    expect(attempt.response?.headers['content-encoding']).toBe('gzip');
    const [stored] = await stage.database.query<{ response_body: Buffer }>('SELECT response_body FROM attempts WHERE url LIKE $1', [
      '%/gzips',
    ]);
    expect(stored?.response_body.equals(bomb.subarray(0, STORED_BYTES))).toBe(true);
    expect(stage.receiver.to('/gzips')[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('follows no redirect, neither to an address that is allowed nor to one that is not', async () => {
    const { receiver } = stage;
    for (const [name, location] of [
      ['redirects', `${receiver.url}/elsewhere`],
      ['redirects-inside', `${canary.url}/metadata`],
    ] as const) {
      const attempt = await attemptAt(name, { kind: 'redirect', location });
      expect(attempt).toMatchObject({ outcome: 'failed', response: { status: 302, headers: { location } } });
    }
    // Both attempts have ended, so whoever would follow has done so.
    expect(receiver.to('/elsewhere')).toEqual([]);
    expect(canary.requests).toEqual([]);
  });

  it('answered with 304 or 999 is no delivery', async () => {
    expect(await attemptAt('not-modified', { kind: 'answer', status: 304 })).toMatchObject({
      outcome: 'failed',
      response: { status: 304 },
    });
    expect(await attemptAt('nonsense', { kind: 'raw', bytes: 'HTTP/1.1 999 Whatever\r\ncontent-length: 0\r\n\r\n' })).toMatchObject({
      outcome: 'failed',
      response: { status: 999 },
    });
  });

  it.each<[string, string, Behaviour | (() => Promise<string>)]>([
    ['refuses', 'connection_refused', async () => `http://${stage.receiver.host}:${await freePort()}/`],
    ['resets', 'connection_reset', { kind: 'reset' }],
    ['hangs-up', 'connection_reset', { kind: 'hang-up' }],
    ['speaks-no-http', 'protocol_error', { kind: 'raw', bytes: 'SSH-2.0-OpenSSH_9.9\r\n' }],
    ['floods-headers', 'response_headers_too_large', { kind: 'raw', bytes: `HTTP/1.1 200 OK\r\nx-big: ${'z'.repeat(20_000)}\r\n\r\n` }],
  ])('at a receiver that %s fails with the code %s', async (name, code, target) => {
    const attempt = await attemptAt(name, typeof target === 'function' ? await target() : target);
    expect(attempt).toMatchObject({ outcome: 'failed', response: null, error: { code } });
    expect(attempt.error?.message).not.toContain(stage.receiver.host);
  });
});
