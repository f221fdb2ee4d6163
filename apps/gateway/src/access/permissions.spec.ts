import { covers, expandPresets, isGrant, PERMISSIONS, PRESETS } from './permissions.js';
import { mayDo, type Principal } from './principal.js';

const holding = (...permissions: string[]): Principal => ({ keyId: 'k', keyName: 'key', tenantId: 't', permissions, appPermissions: [] });

describe('a permission', () => {
  it('is held by its name, by its resource’s wildcard, or by all', () => {
    for (const held of ['events:publish', 'events:*', '*']) expect(mayDo(holding(held), 'events:publish')).toBe(true);
    for (const held of ['events:read', 'event:*', 'events', 'subscriptions:*', '', ':*', 'e*'])
      expect(mayDo(holding(held), 'events:publish')).toBe(false);
    expect(mayDo(holding(), 'events:publish')).toBe(false);
  });

  it('is never widened by a narrower one', () => {
    expect(covers('events:publish', 'events:*')).toBe(false);
    expect(covers('events:*', '*')).toBe(false);
    expect(covers('events:*', 'events:*')).toBe(true);
    expect(covers('*', 'tenants:*')).toBe(true);
  });

  it('that covers another permits all that the other permits', () => {
    const grants = ['*', 'events:*', 'keys:*', ...PERMISSIONS];
    const escalations = grants.flatMap((wide) =>
      grants
        .filter((narrow) => covers(wide, narrow))
        .flatMap((narrow) => PERMISSIONS.filter((permission) => covers(narrow, permission) && !covers(wide, permission))),
    );
    expect(escalations).toEqual([]);
  });
});

describe('what a key may be granted', () => {
  it.each(['*', 'events:*', ...PERMISSIONS])('%s', (grant) => expect(isGrant(grant)).toBe(true));

  it.each(['', 'nope', 'events', 'events:nope', ':*', '**', 'events:**', 'Events:publish', ' events:publish', 'constructor', '__proto__'])(
    'not %j',
    (text) => {
      expect(isGrant(text)).toBe(false);
    },
  );
});

describe('a preset', () => {
  it.each([...PRESETS])('%s stands for grants that exist', (_name, grants) => expect(grants.every(isGrant)).toBe(true));

  it('viewer reads everything of its tenant and writes nothing, secrets apart', () => {
    const viewer = holding(...expandPresets(['viewer']));
    expect(mayDo(viewer, 'deliveries:read') && mayDo(viewer, 'subscriptions:list')).toBe(true);
    for (const permission of PERMISSIONS.filter((name) => !/:(list|read)$/.test(name) || name.startsWith('secrets:'))) {
      expect(mayDo(viewer, permission)).toBe(false);
    }
  });

  it('publisher can publish and do nothing else', () => expect(expandPresets(['publisher'])).toEqual(['events:publish']));

  it.each([...PRESETS.keys()])('%s gives nothing of the operator’s', (name) => {
    expect(expandPresets([name]).some((grant) => covers(grant, 'tenants:read'))).toBe(false);
  });

  it('stands beside permissions, without repeating them', () => {
    expect(expandPresets(['events:publish', 'publisher', 'keys:list'])).toEqual(['events:publish', 'keys:list']);
  });
});
