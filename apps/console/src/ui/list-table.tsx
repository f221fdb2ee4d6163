import { type ColumnDef, type RowData, rowSelectionFeature, type RowSelectionState, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { LookFurther } from './look-further';
import { Empty, ErrorNote, Loading } from './states';
import type { Pages } from './use-pages';
import { useScrollPlace } from './use-scroll-place';

const features = tableFeatures({ rowSelectionFeature });
export type Column<Row extends RowData> = ColumnDef<typeof features, Row>;

interface ListTableProps<Row extends { id: string }> {
  /** What the rows are, for people who hear the page. */
  label: string;
  pages: Pages<Row>;
  columns: Column<Row>[];
  empty: string;
  /** Rows that are ticked, by id; left out, none can be. */
  selection?: { rows: RowSelectionState; onChange: (rows: RowSelectionState) => void };
}

const ROW_PX = 38;

/** A list of any length: only the rows in view are in the page, and the next page is fetched when its end comes near. */
export function ListTable<Row extends { id: string }>({ label, pages, columns, empty, selection }: ListTableProps<Row>) {
  const frame = useRef<HTMLDivElement>(null);
  const table = useTable({
    features,
    columns,
    data: pages.rows,
    getRowId: (row: Row) => row.id,
    state: { rowSelection: selection?.rows ?? {} },
    onRowSelectionChange: (update: RowSelectionState | ((before: RowSelectionState) => RowSelectionState)) =>
      selection?.onChange(typeof update === 'function' ? update(selection.rows) : update),
  });
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => ROW_PX, overscan: 12 });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  const { hasMore, searchedTo, isFetching, moreError, fetchMore } = pages;
  const { unseen, onScroll, toTop } = useScrollPlace(frame, pages.rows, ROW_PX);
  useEffect(() => {
    if (last >= rows.length - 20 && hasMore && searchedTo === null && !isFetching && !moreError) fetchMore();
  }, [last, rows.length, hasMore, searchedTo, isFetching, moreError, fetchMore]);

  const unread = pages.error ?? pages.headError;
  const stale = unread && <ErrorNote error={unread} onRetry={pages.refetch} />;
  if (pages.error && rows.length === 0) return stale;
  if (pages.isLoading) return <Loading what={label} />;
  const further = searchedTo !== null && <LookFurther pages={pages} searchedTo={searchedTo} />;
  const wayOn = moreError ? <ErrorNote error={moreError} onRetry={fetchMore} /> : further;
  if (rows.length === 0) {
    return (
      <>
        {stale}
        {moreError ? wayOn : <Empty>{further || empty}</Empty>}
      </>
    );
  }
  const before = visible[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (visible.at(-1)?.end ?? 0);
  return (
    <>
      {stale}
      <div className="list" ref={frame} tabIndex={0} aria-label={label} role="region" onScroll={onScroll}>
        <div className="unseen-rows" role="status">
          {unseen > 0 && (
            <button type="button" className="primary" onClick={toTop}>
              {unseen} new ↑
            </button>
          )}
        </div>
        <table aria-rowcount={hasMore ? -1 : rows.length}>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <th key={header.id} scope="col">
                    <table.FlexRender header={header} />
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            <Filler px={before} />
            {visible.map(({ index }) => {
              const row = rows[index]!;
              return (
                <tr key={row.id} aria-rowindex={index + 1} aria-selected={selection ? row.getIsSelected() : undefined}>
                  {row.getAllCells().map((cell) => (
                    <td key={cell.id}>
                      <table.FlexRender cell={cell} />
                    </td>
                  ))}
                </tr>
              );
            })}
            <Filler px={after} />
          </tbody>
        </table>
        {wayOn}
      </div>
    </>
  );
}

/** Stands for the rows that are not in the page, so that the scroll bar tells the truth. */
const Filler = ({ px }: { px: number }) =>
  px > 0 ? (
    <tr aria-hidden="true">
      <td style={{ height: px, padding: 0, border: 0 }} />
    </tr>
  ) : null;
