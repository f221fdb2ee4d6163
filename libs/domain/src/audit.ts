/** Everything that is written down of who did it: `<what kind of thing>.<what happened>`. */
export const AUDIT_ACTIONS = [
  'tenant.created',
  'tenant.changed',
  'key.created',
  'key.revoked',
  'app.created',
  'app.changed',
  'app.deleted',
  'event_type.created',
  'event_type.replaced',
  'event_type.changed',
  'event_type.deleted',
  'subscription.created',
  'subscription.changed',
  'subscription.enabled',
  'subscription.disabled',
  'subscription.suspended',
  'subscription.unsuspended',
  'subscription.deleted',
  // Beside the change itself, so that it can be looked for: from here on certificates are not verified.
  'subscription.tls_verification_off',
  'secret.listed',
  'secret.read',
  'secret.rotated',
  'secret.removed',
  'delivery.created',
  'delivery.resent',
  'delivery.cancelled',
  'delivery.discarded',
  'event.expunged',
  'expunge.created',
  'replay.created',
  'replay.cancelled',
  'replay.paused',
  'replay.resumed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Members of a subscription that are told of by their own members. */
const OPENED = new Set(['signature', 'tls', 'failureHandling', 'templates']);

/**
 * The names of the members in which two versions of a thing differ, `tls.verify` for one within another; sorted. Never a value: what was
 * changed may be a secret.
 */
export function changedFields(before: object, after: object, opened: ReadonlySet<string> = OPENED): string[] {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].flatMap((name) => differences(name, old[name], now[name], opened)).sort();
}

function differences(name: string, before: unknown, after: unknown, opened: ReadonlySet<string>): string[] {
  if (isSame(before, after)) return [];
  if (!opened.has(name) || !isPlain(before) || !isPlain(after)) return [name];
  return changedFields(before, after, new Set()).map((member) => `${name}.${member}`);
}

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** As JSON, but for the order of members. An absent member and one that is undefined are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}
