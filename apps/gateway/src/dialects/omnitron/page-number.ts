import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { invalidPage } from './refusals.js';

/** Items of a page where nobody says how many. Source: Akinon's other lists. */
const DEFAULT_LIMIT = 20;

export type QueryText = Record<string, string>;

/** A list as Django REST framework pages it. */
export interface NumberedPage<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface Listing<T> {
  count(): Promise<number>;
  list(limit: number, offset: number): Promise<T[]>;
}

/** Refuses parameters that no filter is named by, and those given twice. */
export function requireKnown(query: Record<string, unknown>, known: readonly string[]): QueryText {
  for (const [name, value] of Object.entries(query)) {
    if (![...known, 'page', 'limit'].includes(name)) throw invalidField(`/${name}`, 'unknown_field', 'Unknown filter.');
    if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) {
      throw invalidField(`/${name}`, 'invalid_value', 'Enter a single value.');
    }
  }
  return query as QueryText;
}

/** `here` is the request's own address. `page` counts from 1; `limit` beyond the most there is comes to the most there is. Errors: `invalid_page`. */
export async function numberedPage<T>(here: URL, query: QueryText, listing: Listing<T>): Promise<NumberedPage<T>> {
  const limit = readLimit(query['limit']);
  const count = await listing.count();
  const pages = Math.max(1, Math.ceil(count / limit));
  const page = readPage(query['page'], pages);
  return {
    count,
    next: page < pages ? linkTo(here, page + 1) : null,
    previous: page > 1 ? linkTo(here, page - 1) : null,
    results: await listing.list(limit, (page - 1) * limit),
  };
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidField('/limit', 'invalid_value', 'A valid integer is required.');
  return Math.min(Number(text), LIMITS.pageItems.max);
}

function readPage(text: string | undefined, pages: number): number {
  if (text === undefined) return 1;
  if (text === 'last') return pages;
  if (!/^[1-9]\d{0,8}$/.test(text) || Number(text) > pages) throw invalidPage();
  return Number(text);
}

/** The request's own address with another page; the first has no number. */
function linkTo(here: URL, page: number): string {
  const url = new URL(here);
  if (page === 1) url.searchParams.delete('page');
  else url.searchParams.set('page', String(page));
  return url.href;
}
