import { eventTree, type StoredEvent } from './event.js';

const stored = (raw: unknown, over: Partial<StoredEvent> = {}): StoredEvent => ({
  uuid: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f',
  id: 'evt_1',
  tenantId: 't',
  type: 'order.created',
  topic: 'orders',
  app: null,
  resourceType: null,
  resourceId: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  acceptedAt: '2026-01-01T00:00:01.000Z',
  raw: Buffer.from(JSON.stringify(raw)),
  dataStart: 0,
  dataEnd: 0,
  ...over,
});

describe('the tree that templates and filters read', () => {
  it('lets the data stand for a resource that the publisher did not send', () => {
    expect(eventTree(stored({ data: { a: 1 } }))).toMatchObject({ resource: { a: 1 }, data: { a: 1 }, user: null });
    expect(eventTree(stored({ data: { a: 1 }, resource: { id: '7' } })).resource).toEqual({ id: '7' });
  });

  it('names the event by its type unless the publisher named it', () => {
    expect(eventTree(stored({ data: 1 })).event.name).toBe('order.created');
    expect(eventTree(stored({ data: 1, event: { name: 'created' } })).event.name).toBe('created');
    expect(eventTree(stored({ data: 1, event: { name: 5 } })).event.name).toBe('order.created');
  });

  it('keeps what the publisher said of the event, but not in place of what is known of it', () => {
    const { event } = eventTree(
      stored({ data: 1, event: { id: 'forged', type: 'forged', timestamp: 'forged', topic: 'forged', reason: 'x' } }),
    );
    expect(event).toEqual({
      id: 'evt_1',
      name: 'order.created',
      type: 'order.created',
      topic: 'orders',
      timestamp: '2026-01-01T00:00:00.000Z',
      reason: 'x',
    });
  });

  it('takes a CloudEvent’s attributes for what is said of the event', () => {
    const cloudEvent = { specversion: '1.0', id: '1', source: '/shop', type: 'order.created', region: 'eu', data_base64: 'AAE=' };
    expect(eventTree(stored(cloudEvent))).toMatchObject({ event: { id: 'evt_1', source: '/shop', region: 'eu' }, data: 'AAE=' });
    expect(eventTree(stored(cloudEvent)).event).not.toHaveProperty('data_base64');
  });

  it('inherits nothing from the prototype of objects', () => {
    const tree = eventTree(stored({ data: null, event: { toString: 'mine' } }));
    expect(Object.entries(tree.event)).toContainEqual(['toString', 'mine']);
    expect(Object.keys(tree.event)).not.toContain('constructor');
  });
});
