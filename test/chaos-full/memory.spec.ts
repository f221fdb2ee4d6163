import { readFileSync } from 'node:fs';
import { LIMITS } from '#domain/limits.js';
import { publishUntilAccepted } from '../chaos/publisher.js';
import { openStage } from '../chaos/stage.js';
import { eventually } from '../support/eventually.js';
import type { AppProcess } from '../support/processes.js';

const MIB = 1_024 * 1_024;
const CONCURRENCY = 64;
/** Ten times as many as there may be under way: what grows with them shows. */
const EVENTS = 640;
/** Of each request under way: the event as stored, as parsed and as sent, what the socket holds, and the part of the answer that is read. */
const PER_REQUEST = 8 * LIMITS.eventBodyBytes.max + LIMITS.responseReadBytes.max;

const peakOf = ({ pid }: AppProcess): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;

describe('the memory of a dispatcher', () => {
  it('is bounded by the requests under way, each with the largest event and an answer without end', async () => {
    const stage = await openStage({ env: { DISPATCH_CONCURRENCY: String(CONCURRENCY), DISPATCH_PER_SUBSCRIPTION: String(CONCURRENCY) } });
    const { receiver, tenant, ledger } = stage;
    receiver.on('/large', { kind: 'flood', bytes: 100 * MIB });
    const subscription = await stage.subscribe('large', { timeoutMs: 10_000 });
    const warm = await stage.subscribe('warm');
    const dispatcher = await stage.dispatcher();
    ledger.expect((await publishUntilAccepted(tenant, 'warm')).id, [warm]);
    await receiver.waitFor(1);
    const before = peakOf(dispatcher);

    const filler = 'x'.repeat(LIMITS.eventBodyBytes.max - 100);
    const publish = async (): Promise<void> => {
      const { body } = await tenant.send<{ id: string }>('POST', '/v1/events', { body: { type: 'large', data: filler } });
      ledger.expect(body.id, [subscription]);
    };
    for (let sent = 0; sent < EVENTS; sent += 16) await Promise.all(Array.from({ length: 16 }, publish));
    await eventually(() => expect(receiver.to('/large').length).toBeGreaterThanOrEqual(EVENTS), { timeoutMs: 120_000 });
    await ledger.check({ duplicates: CONCURRENCY, timeoutMs: 60_000 });
    const grownBy = peakOf(dispatcher) - before;
    expect(grownBy).toBeLessThan(CONCURRENCY * PER_REQUEST + 64 * MIB);
    expect(grownBy).toBeLessThan(EVENTS * LIMITS.eventBodyBytes.max * 1.5);
  }, 240_000);
});
