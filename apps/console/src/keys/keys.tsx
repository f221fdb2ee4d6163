import { api, ask } from '../api/client';
import type { Key } from '../api/shapes';
import { useMay, useSession } from '../session/session';
import { FilterBar } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { ListTable } from '../ui/list-table';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { CreateKey } from './create-key';
import { KeyDetail } from './key-detail';
import { keyColumns, keysOfAll, revokeColumn } from './key-columns';

const FILTERS = ['tenantId'] as const;
const SHOWN = ['key'] as const;
const FIELDS = [{ name: 'tenantId', label: 'Tenant' }] as const;

/** The tenant's keys, or for an operator everybody's; oldest first. */
export default function Keys() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const {
    filters: { key: shown },
    setFilter: show,
  } = useUrlFilters(SHOWN);
  const mayWrite = useMay('keys:write');
  const isOperator = useSession().tenantId === null;
  const pages = usePages<Key>(['keys', filters], (page) => ask(api.GET('/v1/keys', { params: { query: { ...filters, ...page } } })));
  const columns = isOperator ? keysOfAll : keyColumns;
  return (
    <>
      <Heading title="Keys" />
      {isOperator && <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear} />}
      {mayWrite && <CreateKey key={filters.tenantId} tenantId={isOperator ? (filters.tenantId ?? '') : null} />}
      {shown && <KeyDetail key={shown} id={shown} onClose={() => show('key', '')} />}
      <ListTable label="keys" pages={pages} columns={mayWrite ? [...columns, revokeColumn] : columns} empty="There is no key." />
    </>
  );
}
