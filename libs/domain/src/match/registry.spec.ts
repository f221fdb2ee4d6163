import { eventTree, type StoredEvent } from '../event.js';
import { evaluateLogic } from '../logic/evaluate.js';
import { Registry } from './registry.js';

const APP = 'app:3f2c1d4e-0b5a-7c8d-9e0f-1a2b3c4d5e6f';

const registry = new Registry({
  apps: [{ id: APP, permissions: ['read-orders'], match: 'any' }],
  types: [
    {
      app: APP,
      topic: 'participant',
      name: 'UserCreated',
      eventType: 'UserCreatedEvent',
      type: 'user',
      filterLogic: { '===': ['$eventtype', 'UserCreatedEvent'] },
    },
  ],
});

const stored = (changes: Partial<StoredEvent>): StoredEvent => ({
  uuid: 'u',
  id: 'evt_1',
  tenantId: 't',
  type: 'UserCreatedEvent',
  topic: 'participant',
  app: APP,
  resourceType: null,
  resourceId: null,
  occurredAt: '2026-11-21T10:00:00.000Z',
  acceptedAt: '2026-11-21T10:00:00.000Z',
  raw: Buffer.from('{"data":{}}'),
  dataStart: 8,
  dataEnd: 10,
  ...changes,
});

const join = (changes: Partial<StoredEvent> = {}) => registry.join(stored(changes), eventTree(stored(changes)));

describe('what a publisher registered', () => {
  it('is found by the name or the event type of the registration, in any case', () => {
    expect(join().registered?.name).toBe('UserCreated');
    expect(join({ type: 'usercreated', topic: 'PARTICIPANT', app: APP.toUpperCase() }).registered?.name).toBe('UserCreated');
  });

  it('does not apply to another topic, another app or an event that names neither', () => {
    for (const changes of [{ topic: 'other' }, { app: 'app:other' }, { topic: null }, { app: null }])
      expect(join(changes).registered).toBeNull();
  });

  it('asks for permissions by its app alone', () => {
    expect(join({ topic: null }).appPermissions).toEqual({ permissions: ['read-orders'], match: 'any' });
    expect(join({ app: null }).appPermissions).toBeNull();
  });

  it('lets its filter read the registration by dollar names', () => {
    const { registered } = join();
    expect(evaluateLogic(registered!.filter!, {}, { variables: registered!.variables })).toMatchObject({ kind: 'value', value: true });
  });
});
