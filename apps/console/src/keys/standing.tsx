import type { Key } from '../api/shapes';

/** Whether a key is good for anything now. */
export function Standing({ of: { revokedAt, expiresAt, startsAt } }: { of: Key }) {
  if (revokedAt !== null) return <span className="mark bad">revoked</span>;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return <span className="mark">ended</span>;
  if (startsAt !== null && Date.parse(startsAt) > Date.now()) return <span className="mark warn">not yet</span>;
  return <span className="mark good">good</span>;
}
