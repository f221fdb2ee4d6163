import type { Column } from './list-table';

/** Ticks rows for what is done to many at once. `what`: one row's kind, for people who hear the page. */
export const tickColumn = <Row extends { id: string }>(what: string): Column<Row> => ({
  id: 'tick',
  header: ({ table }) => (
    <input
      type="checkbox"
      aria-label="All rows read so far"
      checked={table.getIsAllRowsSelected()}
      onChange={table.getToggleAllRowsSelectedHandler()}
    />
  ),
  cell: ({ row }) => (
    <input
      type="checkbox"
      aria-label={`${what} ${row.original.id}`}
      checked={row.getIsSelected()}
      onChange={row.getToggleSelectedHandler()}
    />
  ),
});
