import { Webhook } from 'standardwebhooks';
import { formatId } from '#domain/ids.js';
import { type BookedDelivery, type Books, discrepancies, type Subscriber, tally } from './ledger.js';
import type { ReceivedRequest } from './receiver.js';

const EVENT = '019b0000-0000-7000-8000-000000000001';
const SUBSCRIPTION = '019b0000-0000-7000-8000-000000000002';
const eventId = formatId('evt', EVENT);
const subscriber: Subscriber = {
  id: formatId('sub', SUBSCRIPTION),
  url: 'http://127.0.0.10:1/hook',
  secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
};
const delivered: BookedDelivery = {
  eventUuid: EVENT,
  subscriptionUuid: SUBSCRIPTION,
  state: 'delivered',
  reason: 'acknowledged',
  hasEnded: true,
  outcomes: ['delivered'],
};

function request(path = '/hook', secret = subscriber.secret): ReceivedRequest {
  const now = new Date();
  const headers = {
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(eventId, now, '{}'),
  };
  return { method: 'POST', path, headers, rawHeaders: [], body: Buffer.from('{}'), receivedAt: now.getTime() };
}

const sound = (): Books => ({
  promised: [{ eventId, subscriber, state: 'delivered', reason: 'acknowledged' }],
  eventUuids: [EVENT],
  deliveries: [delivered],
  requests: [request()],
});

const faults = (change: Partial<Books>, duplicates = 0): string => discrepancies({ ...sound(), ...change }, duplicates).join('\n');

describe('the ledger', () => {
  it('finds nothing where every promise was kept once', () => {
    expect(faults({})).toBe('');
  });

  it('misses a promised delivery that the database does not have', () => {
    expect(faults({ deliveries: [] })).toBe(`promised, and not in the database: ${EVENT} ${SUBSCRIPTION}`);
  });

  it('misses a promised delivery that never arrived, whatever the database says', () => {
    expect(faults({ requests: [] })).toBe(`promised, and never received: /hook ${eventId}`);
  });

  it('objects to a delivery, an event and a request that were promised to nobody', () => {
    expect(faults({ promised: [] }).split('\n')).toEqual([
      expect.stringContaining('in the database, and promised to nobody'),
      expect.stringContaining('an event that nobody was told of'),
      expect.stringContaining('received, and promised to nobody'),
    ]);
  });

  it('objects to two rows of one delivery', () => {
    expect(faults({ deliveries: [delivered, delivered] })).toContain('stored twice');
  });

  it('objects to a delivery that has not ended, and to one that ended otherwise', () => {
    expect(faults({ deliveries: [{ ...delivered, state: 'pending', reason: null, hasEnded: false }] })).toContain('pending/null');
    expect(faults({ deliveries: [{ ...delivered, state: 'failed', reason: 'poison' }] })).toContain('failed/poison');
  });

  it('allows as many duplicates as it is told and not one more', () => {
    const requests = [request(), request(), request()];
    expect(faults({ requests }, 2)).toBe('');
    expect(faults({ requests }, 1)).toContain('2 duplicates where 1 may be');
  });

  it('takes the request of an attempt that reported back for no duplicate, and that of an interrupted one for one', () => {
    const requests = [request(), request()];
    expect(faults({ requests, deliveries: [{ ...delivered, outcomes: ['retry', 'delivered'] }] })).toBe('');
    expect(faults({ requests, deliveries: [{ ...delivered, outcomes: ['interrupted', 'delivered'] }] })).toContain(
      '1 duplicates where 0 may be',
    );
  });

  it('counts what was lost and what came twice', () => {
    expect(tally(sound())).toEqual({ lost: 0, duplicates: 0 });
    expect(tally({ ...sound(), requests: [] })).toEqual({ lost: 1, duplicates: 0 });
    expect(tally({ ...sound(), deliveries: [{ ...delivered, state: 'pending', hasEnded: false }] })).toEqual({ lost: 1, duplicates: 0 });
    expect(tally({ ...sound(), requests: [request(), request(), request()] })).toEqual({ lost: 0, duplicates: 2 });
  });

  it('objects to a signature of another secret', () => {
    const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
    expect(faults({ requests: [request('/hook', other)] })).toContain('does not verify');
  });
});
