/** Every permission a route may ask for: `<resource>:<action>`. */
export const PERMISSIONS = [
  'events:publish',
  'events:list',
  'events:read',
  'apps:list',
  'apps:read',
  'apps:write',
  'subscriptions:list',
  'subscriptions:read',
  'subscriptions:write',
  'secrets:read',
  'secrets:write',
  'deliveries:list',
  'deliveries:read',
  'deliveries:resend',
  'diverted:list',
  'diverted:read',
  'diverted:resend',
  'diverted:delete',
  // Apart from `events:*`: what is expunged does not come back.
  'expunges:list',
  'expunges:read',
  'expunges:write',
  'keys:list',
  'keys:read',
  'keys:write',
  'audit:list',
  'audit:read',
  // The operator's alone: a tenant's key is never given one of these.
  'tenants:list',
  'tenants:read',
  'tenants:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const RESOURCES = new Set(PERMISSIONS.map((permission) => permission.slice(0, permission.indexOf(':'))));

/** What a key may be granted: a permission, `<resource>:*`, or `*`. */
export const isGrant = (text: string): boolean =>
  text === '*' || (PERMISSIONS as readonly string[]).includes(text) || (text.endsWith(':*') && RESOURCES.has(text.slice(0, -2)));

/** Whether the grant covers the permission; the permission may itself be a grant (`subscriptions:*`), which only a wider or equal one covers. */
export const covers = (grant: string, permission: string): boolean =>
  grant === '*' || grant === permission || (grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1)));

const reading = PERMISSIONS.filter((permission) => /:(list|read)$/.test(permission) && !/^(secrets|tenants):/.test(permission));

/** Shorthands that a key's creator may write in place of permissions. `viewer` sees everything of its tenant but secrets. */
export const PRESETS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['publisher', ['events:publish']],
  ['viewer', reading],
  ['manager', ['events:*', 'apps:*', 'subscriptions:*', 'secrets:*', 'deliveries:*', 'diverted:*', 'audit:*']],
  ['admin', ['events:*', 'apps:*', 'subscriptions:*', 'secrets:*', 'deliveries:*', 'diverted:*', 'audit:*', 'expunges:*', 'keys:*']],
]);

/** Replaces presets by what they stand for; without repetitions, in the order given. */
export const expandPresets = (grants: readonly string[]): string[] => [
  ...new Set(grants.flatMap((grant) => PRESETS.get(grant) ?? [grant])),
];
