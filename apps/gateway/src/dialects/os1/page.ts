import { LIMITS } from '#domain/limits.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import type { CursorBinding } from '../../http/cursor-key.js';
import { Optional } from '../../http/fields.js';
import { makePage, readCursor } from '../../http/page.js';
import { QueryNumber } from '../../http/query-fields.js';
import { respelled } from './respelled.js';

/** Source: OS1, API reference, query parameters. */
export class Os1PageQuery {
  @QueryNumber('Most items on one page.', LIMITS.pageItems)
  limit: number = LIMITS.pageItems.default;

  @ApiPropertyOptional({ type: String, description: '`nextPage` of the page before.', example: 'Qp3…' })
  @Optional()
  @IsString()
  nextPage?: string;
}

export class Os1Meta {
  @ApiProperty({ type: String, description: 'For the next page; null on the last.', nullable: true, example: 'Qp3…' })
  nextPage!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether there are more.', example: true })
  hasNextPage!: boolean;
}

/** One page of rows, read by `select` from after a position. Throws `invalid_cursor` for a `nextPage` that is none of this list's. */
export async function os1Page<T extends { id: string }>(
  { limit, nextPage }: Os1PageQuery,
  binding: CursorBinding,
  select: (position: string | null, count: number) => Promise<T[]>,
): Promise<{ rows: T[]; meta: Os1Meta }> {
  const position = await respelled([[/^\/cursor$/, '/nextPage']], () => readCursor(nextPage, binding));
  const { items, nextCursor } = makePage(await select(position, limit + 1), limit, ({ id }) => id, binding);
  return { rows: items, meta: { nextPage: nextCursor, hasNextPage: nextCursor !== null } };
}
