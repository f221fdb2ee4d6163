import { LIMITS } from '#domain/limits.js';
import { startStage, type Stage, untilDelivery } from './stage.js';

const { max } = LIMITS.eventBodyBytes;

describe('an event', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    await stage.tenant.subscribe({ url: `${stage.receiver.url}/large`, eventTypes: ['large'] });
  });

  /** A publish of exactly so many bytes, and the bytes of its data. */
  const eventOf = (bytes: number): { body: string; data: string } => {
    const around = '{"type":"large","data":}'.length;
    const data = `"${'ä'.repeat(10)}${'x'.repeat(bytes - around - 22)}"`;
    return { body: `{"type":"large","data":${data}}`, data };
  };

  it.each([max - 1, max])('of %i bytes arrives byte for byte', async (bytes) => {
    const { body, data } = eventOf(bytes);
    expect(Buffer.byteLength(body)).toBe(bytes);
    const { status, body: answer } = await stage.tenant.send<{ id: string }>('POST', '/v1/events', { body });
    expect(status).toBe(202);
    await untilDelivery(stage.tenant, answer.id, { state: 'delivered' });
    const request = await stage.receiver.waitFor(({ headers }) => headers['webhook-id'] === answer.id);
    expect(request.body.includes(data)).toBe(true);
  });

  it('of one byte more than the limit is refused with 413, and nothing is stored', async () => {
    const before = await stage.database.query('SELECT 1 FROM events');
    const { status, body } = await stage.tenant.send<{ code: string }>('POST', '/v1/events', { body: eventOf(max + 1).body });
    expect([status, body.code]).toEqual([413, 'payload_too_large']);
    expect(await stage.database.query('SELECT 1 FROM events')).toHaveLength(before.length);
  });
});
