import type { Key } from '../api/shapes';
import type { Column } from '../ui/list-table';
import { Time } from '../ui/time';
import { RevokeKey } from './revoke-key';

const nameToPermissions: Column<Key>[] = [
  { id: 'name', header: 'Name', cell: ({ row }) => row.original.name },
  { id: 'standing', header: 'Standing', cell: ({ row }) => <Standing of={row.original} /> },
  { id: 'hint', header: 'Key', cell: ({ row }) => <code>{row.original.hint}</code> },
  {
    id: 'permissions',
    header: 'May',
    cell: ({ row: { original } }) => <span title={original.permissions.join(', ')}>{permissionsOf(original)}</span>,
  },
];

const uses: Column<Key>[] = [
  { id: 'used', header: 'Last used', cell: ({ row }) => <Time at={row.original.lastUsedAt} /> },
  { id: 'expires', header: 'Ends', cell: ({ row }) => <Time at={row.original.expiresAt} /> },
];

export const keyColumns = [...nameToPermissions, ...uses];

/** For operators, who see the keys of all. */
export const keysOfAll: Column<Key>[] = [
  ...nameToPermissions,
  { id: 'tenant', header: 'Tenant', cell: ({ row }) => row.original.tenantId ?? 'operator' },
  ...uses,
];

export const revokeColumn: Column<Key> = {
  id: 'revoke',
  header: 'Revoke',
  cell: ({ row }) => (row.original.revokedAt === null ? <RevokeKey of={row.original} /> : null),
};

const SHOWN = 3;

const permissionsOf = ({ permissions }: Key): string =>
  permissions.length > SHOWN ? `${permissions.slice(0, SHOWN).join(', ')} and ${permissions.length - SHOWN} more` : permissions.join(', ');

function Standing({ of: { revokedAt, expiresAt, startsAt } }: { of: Key }) {
  if (revokedAt !== null) return <span className="mark bad">revoked</span>;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return <span className="mark">ended</span>;
  if (startsAt !== null && Date.parse(startsAt) > Date.now()) return <span className="mark warn">not yet</span>;
  return <span className="mark good">good</span>;
}
