import type { Key } from '../api/shapes';
import { CopyId } from '../ui/copy-id';
import type { Column } from '../ui/list-table';
import { Time } from '../ui/time';
import { RevokeKey } from './revoke-key';
import { Standing } from './standing';

const nameToPermissions: Column<Key>[] = [
  { id: 'name', header: 'Name', cell: ({ row }) => row.original.name },
  { id: 'standing', header: 'Standing', cell: ({ row }) => <Standing of={row.original} /> },
  { id: 'hint', header: 'Key', cell: ({ row }) => <code>{row.original.hint}</code> },
  { id: 'id', header: 'Id', cell: ({ row }) => <CopyId id={row.original.id} /> },
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
