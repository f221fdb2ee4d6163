import { invalidField } from '#domain/errors.js';
import { timeOf } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { timingSafeEqual } from 'node:crypto';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import type { CursorBinding } from './cursor-key.js';
import { Optional } from './fields.js';
import { QueryNumber } from './query-fields.js';

/** Query of every list. A list with filters extends it. */
export class PageQuery {
  @QueryNumber('Most items on one page.', LIMITS.pageItems)
  limit: number = LIMITS.pageItems.default;

  @ApiPropertyOptional({ type: String, description: '`nextCursor` of the page before.', example: 'Qp3…' })
  @Optional()
  @IsString()
  cursor?: string;
}

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A page of a list that looks through so many rows at a time: it may be short, or empty, and not be the last. */
export interface SearchPage<T> extends Page<T> {
  /** How far back it has looked (ISO 8601) where that is not to the end, nor to a full page; `nextCursor` goes on from there. */
  searchedTo: string | null;
}

const MAC_BYTES = 16;

/**
 * The position a cursor stands for: the `idOf` of the last item of the page before; null without a cursor.
 * Throws DomainError `invalid_cursor` for anything that was not made for this very list.
 */
export function readCursor(cursor: string | undefined, binding: CursorBinding): string | null {
  if (cursor === undefined) return null;
  const refused = invalidField('/cursor', 'invalid_cursor', 'This cursor does not belong to this list.');
  if (cursor.length > LIMITS.cursorChars.max) throw refused;
  const bytes = Buffer.from(cursor, 'base64url');
  // Base64 decoding is lenient; only the spelling that we made is taken.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) throw refused;
  const position = bytes.toString('utf8', MAC_BYTES);
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), binding.mac(position))) throw refused;
  return position;
}

/**
 * Makes a page of up to `limit` items. `items` holds one more than that when there are more to come (select `limit + 1` rows);
 * `idOf` names an item's place in the list's order.
 */
export function makePage<T>(items: readonly T[], limit: number, idOf: (item: T) => string, binding: CursorBinding): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  if (items.length <= limit || last === undefined) return { items: shown, nextCursor: null };
  return { items: shown, nextCursor: seal(idOf(last), binding) };
}

/** A page of what a search for `limit + 1` rows has found; `searchedTo` is the time-ordered uuid of the row where it stopped, if it did. */
export function makeSearchPage<T>(
  { rows, searchedTo }: { rows: readonly T[]; searchedTo: string | null },
  limit: number,
  idOf: (item: T) => string,
  binding: CursorBinding,
): SearchPage<T> {
  if (searchedTo === null) return { ...makePage(rows, limit, idOf, binding), searchedTo };
  return { items: [...rows], nextCursor: seal(searchedTo, binding), searchedTo: new Date(timeOf(searchedTo)).toISOString() };
}

const seal = (position: string, binding: CursorBinding): string =>
  Buffer.concat([binding.mac(position), Buffer.from(position)]).toString('base64url');
