import type { Behaviour } from '../support/behaviour.js';
import { startStage, type Stage, untilDelivery } from './stage.js';

const raw = (head: string, body: string | Buffer): Behaviour => ({
  kind: 'raw',
  bytes: Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\n\r\n`), Buffer.from(body)]),
});

/** The status is the answer; what a receiver does to its body afterwards does not take it back. */
describe('a 2xx', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });

  it.each<[string, Behaviour, string]>([
    ['is no gzip though it says so', raw('200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 8', 'not gzip'), 'not gzip'],
    ['ends before its length', raw('200 OK\r\ncontent-length: 100', 'cut'), 'cut'],
    ['breaks off within a chunk', raw('200 OK\r\ntransfer-encoding: chunked', '10\r\ncut'), 'cut'],
    ['is empty', raw('202 Accepted\r\ncontent-length: 0', ''), ''],
  ])('whose body %s is a delivery', async (_, behaviour, kept) => {
    const { tenant, receiver } = stage;
    const name = `body-${receiver.requests.length}`;
    receiver.on(`/${name}`, behaviour);
    await tenant.subscribe({ url: `${receiver.url}/${name}`, eventTypes: [name], failureHandling: { retry: null } });
    const { id } = await tenant.publish({ type: name, data: {} });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 });
    const [attempt] = await tenant.attempts(delivery.id);
    expect(attempt).toMatchObject({ outcome: 'delivered', response: { body: kept } });
    expect(receiver.to(`/${name}`)).toHaveLength(1);
  });

  it('that follows a flood of 100s is one, and a flood without an end is none', async () => {
    const { tenant, receiver } = stage;
    const hundred = 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50);
    receiver.on('/continues', { kind: 'raw', bytes: `${hundred}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n` });
    receiver.on('/never-ends', { kind: 'repeat', everyMs: 20, bytes: 'HTTP/1.1 100 Continue\r\n\r\n' });
    const ends: unknown[] = [];
    for (const name of ['continues', 'never-ends']) {
      await tenant.subscribe({ url: `${receiver.url}/${name}`, eventTypes: [name], timeoutMs: 1_000, failureHandling: { retry: null } });
      const { id } = await tenant.publish({ type: name, data: {} });
      const delivery = await untilDelivery(tenant, id, { attemptCount: 1 });
      ends.push([delivery.state, delivery.lastError]);
    }
    expect(ends).toEqual([
      ['delivered', null],
      ['failed', 'timeout_total'],
    ]);
  });
});
