import type { SourceFilter } from '#domain/subscription.js';
import { RegistryStore } from '#store/registry.store.js';
import { SourceAccess } from './source-access.js';

const APP = 'app:3f2c1d4e-0b5a-7c8d-9e0f-1a2b3c4d5e6f';
const OTHER = 'app:00000000-0b5a-7c8d-9e0f-1a2b3c4d5e6f';
const TYPES = [{ app: APP, topic: 'participant', name: 'UserCreated', eventType: 'UserCreatedEvent', type: null, filterLogic: null }];

function accessTo(permissions: string[], match: 'any' | 'all') {
  const load: RegistryStore['load'] = () => Promise.resolve({ apps: [{ id: APP, permissions, match }], types: TYPES });
  return new SourceAccess(Object.assign(Object.create(RegistryStore.prototype), { load }));
}

const subscribe = (
  appPermissions: string[],
  sources: SourceFilter[],
  { permissions = ['a', 'b'], match = 'any' }: { permissions?: string[]; match?: 'any' | 'all' } = {},
) => accessTo(permissions, match).require({ tenantId: 't', keyId: 'k', keyName: 'n', appPermissions }, sources);

describe('a key subscribes to the events of an app', () => {
  it('when it holds one of the permissions that the app asks for', async () => {
    await expect(subscribe(['b'], [{ app: APP }])).resolves.toBeUndefined();
    await expect(subscribe(['c'], [{ app: APP }])).rejects.toMatchObject({ code: 'app_permission_missing' });
  });

  it('when it holds all of them, if the app asks for all', async () => {
    await expect(subscribe(['a', 'b'], [{ app: APP }], { match: 'all' })).resolves.toBeUndefined();
    await expect(subscribe(['b'], [{ app: APP }], { match: 'all' })).rejects.toMatchObject({ code: 'app_permission_missing' });
  });

  it('when the app asks for nothing', async () => {
    await expect(subscribe([], [{ app: APP }], { permissions: [] })).resolves.toBeUndefined();
  });

  it('by the app’s id and the event’s name or type, in any case', async () => {
    await expect(
      subscribe(['a'], [{ app: APP.toUpperCase(), topic: 'PARTICIPANT', events: ['usercreated', 'USERCREATEDEVENT'] }]),
    ).resolves.toBeUndefined();
  });

  it('never of one that is not registered in its tenant', async () => {
    await expect(subscribe(['a'], [{ topic: 'x' }, { app: OTHER }])).rejects.toMatchObject({
      code: 'unknown_app',
      errors: [{ path: '/sources/1/app' }],
    });
  });

  it('never events that are not registered, or under another topic', async () => {
    await expect(subscribe(['a'], [{ app: APP, events: ['UserCreated', 'Nope'] }])).rejects.toMatchObject({
      code: 'unknown_event',
      errors: [{ path: '/sources/0/events/1' }],
    });
    await expect(subscribe(['a'], [{ app: APP, topic: 'other', events: ['UserCreated'] }])).rejects.toMatchObject({
      code: 'unknown_event',
    });
  });

  it('whatever it holds, when it names no app', async () => {
    await expect(subscribe([], [{ topic: 'participant', events: ['Nope'] }])).resolves.toBeUndefined();
  });
});
