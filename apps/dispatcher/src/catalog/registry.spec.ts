import { evaluateLogic } from '#domain/logic/evaluate.js';
import { eventTree, type StoredEvent } from '#domain/event.js';
import { Registry } from './registry.js';

const APP = 'app:019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';

const stored = (over: Partial<StoredEvent> = {}): StoredEvent => ({
  uuid: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f',
  id: 'evt_1',
  tenantId: 't',
  type: 'UserCreatedEvent',
  topic: 'participant',
  app: APP,
  resourceType: null,
  resourceId: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  acceptedAt: '2026-01-01T00:00:00.000Z',
  raw: Buffer.from('{"data":{},"event":{"state":"ACTIVE"}}'),
  dataStart: 0,
  dataEnd: 0,
  ...over,
});

const type = { app: APP, topic: 'participant', name: 'UserCreated', eventType: 'UserCreatedEvent', type: 'users', filterLogic: null };
const registry = new Registry({ apps: [{ id: APP, permissions: ['get-users'], match: 'all' }], types: [type] });
const registered = (event: StoredEvent, from = registry) => from.registrationOf(event, eventTree(event));

describe('what publishers have registered', () => {
  it('knows an event by its name and by its event type, whatever their case', () => {
    for (const name of ['UserCreated', 'UserCreatedEvent', 'usercreated', 'USERCREATEDEVENT'])
      expect(registered(stored({ type: name }))?.name).toBe('UserCreated');
  });

  it('knows no event of another app, another topic, or of none', () => {
    for (const over of [{ app: 'app:other' }, { app: null }, { topic: 'other' }, { topic: null }, { type: 'Other' }])
      expect(registered(stored(over))).toBeNull();
  });

  it('does not take a name that spans a separator for another place’s', () => {
    const tricky = new Registry({ apps: [], types: [{ ...type, topic: 'a', name: 'b', eventType: null }] });
    expect(registered(stored({ topic: 'a\nb', type: '' }), tricky)).toBeNull();
  });

  it('asks of subscribers what the event’s app asks, and nothing for an app that nobody registered', () => {
    expect(registry.permissionsOf(stored({ app: APP.toUpperCase() }))).toEqual({ permissions: ['get-users'], match: 'all' });
    expect(registry.permissionsOf(stored({ app: 'app:other' }))).toBeNull();
    expect(registry.permissionsOf(stored({ app: null }))).toBeNull();
  });

  it('lets a publisher’s filter read $names of the registration and of the event', () => {
    const holds = (filterLogic: unknown): unknown => {
      const event = stored();
      const { filter, variables } = registered(event, new Registry({ apps: [], types: [{ ...type, filterLogic }] }))!;
      return evaluateLogic(filter!, eventTree(event), { variables });
    };
    expect(holds({ '===': ['$eventType', 'UserCreatedEvent'] })).toMatchObject({ value: true });
    expect(holds({ '===': ['$name', 'UserCreated'] })).toMatchObject({ value: true });
    expect(holds({ '===': ['$state', 'ACTIVE'] })).toMatchObject({ value: true });
    expect(holds({ '===': ['$type', 'orders'] })).toMatchObject({ value: false });
  });
});
