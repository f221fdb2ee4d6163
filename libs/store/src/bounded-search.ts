import { LIMITS } from '#domain/limits.js';

/**
 * Lists of the journal with a filter that no index knows. They look through the rows in the order of one that there is, newest first, and
 * through so many at most: then they answer what they have found and where they have got to, from where the next page goes on.
 */
export interface Search {
  table: 'deliveries' | 'events';
  /** By which the conditions name the table's rows. */
  alias: string;
  columns: string;
  /** What a row that was found is joined with. */
  join?: string;
  /** Conditions, each of whose rows stand in an index by tenant or subscription in the order of their ids; the newest of all are looked at. */
  walks: readonly string[];
  /** What a row has to fulfil besides. Without any of it the search is the plain list. */
  sieve: readonly string[];
}

/** What a page found. */
export interface Found<Row> {
  rows: Row[];
  /** The uuid of the last row that was looked at where the search stopped short of both a full page and the end; else null. */
  searchedTo: string | null;
}

type FoundRow<Row> = Row & { id: string | null; searchedTo: string | null };

/**
 * The statement of a page of up to `limit` rows. How far it has looked is asked within the same statement, so of the same rows: one that comes
 * or goes between two statements would move the end, and be skipped or told twice. A page that is full does not ask it.
 */
export function searchSql(search: Search, values: unknown[], limit: number): string {
  const { alias, columns, join = '', sieve } = search;
  const most = `$${values.push(limit)}::int`;
  if (sieve.length === 0)
    return `SELECT ${columns}, NULL::uuid AS "searchedTo" FROM (${newest(search, '*', most)}) ${alias} ${join} ORDER BY ${alias}.id DESC`;
  const looked = `$${values.push(LIMITS.searchedRows.max)}::int`;
  return `
WITH found AS MATERIALIZED (
  SELECT ${columns} FROM (${newest(search, '*', looked)}) ${alias} ${join} WHERE ${sieve.join(' AND ')} ORDER BY ${alias}.id DESC LIMIT ${most}
)
SELECT f.*, s."searchedTo" FROM (
  SELECT CASE WHEN (SELECT count(*) FROM found) < ${most} THEN (
    SELECT w.id FROM (${newest(search, 'id', looked)}) w ORDER BY w.id DESC OFFSET ${looked} - 1
  ) END AS "searchedTo"
) s LEFT JOIN found f ON true ORDER BY f.id DESC`;
}

/** Reads the answer to that statement: without a row that was found there is one all the same, for where it stopped. */
export function foundIn<Row extends object>(rows: readonly FoundRow<Row>[]): Found<Row> {
  const found = rows.filter(({ id }) => id !== null).map(({ searchedTo: _, ...row }) => row as unknown as Row);
  return { rows: found, searchedTo: rows[0]?.searchedTo ?? null };
}

/** Each walk is read by itself, as far as it may matter: so each has an index that it can follow. */
function newest({ table, alias, walks }: Search, columns: '*' | 'id', most: string): string {
  const walk = (condition: string): string =>
    `SELECT ${alias}.${columns} FROM ${table} ${alias} WHERE ${condition} ORDER BY ${alias}.id DESC LIMIT ${most}`;
  if (walks.length === 1) return walk(walks[0]!);
  return `SELECT w.${columns} FROM (${walks.map((one) => `(${walk(one)})`).join(' UNION ALL ')}) w ORDER BY w.id DESC LIMIT ${most}`;
}
