import { LIMITS } from '#domain/limits.js';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

const PAGE = { nextCursor: { type: 'string', nullable: true, description: 'For the next page; null on the last.' } } as const;
const SEARCHED = {
  searchedTo: {
    type: 'string',
    format: 'date-time',
    nullable: true,
    description:
      `How far back it has looked: a page looks through ${LIMITS.searchedRows.max} items at most, so one that its filters leave short, or ` +
      'empty, need not be the last. `nextCursor` goes on from there. null: the page is full, or all is looked through.',
  },
} as const;

/** Documents the answer of a list: `{items, nextCursor}`. */
export const ApiPage = (item: Type): MethodDecorator & ClassDecorator => page(item, PAGE);

/** Documents the answer of a list that looks through so many items at a time: `{items, nextCursor, searchedTo}`. */
export const ApiSearchPage = (item: Type): MethodDecorator & ClassDecorator => page(item, { ...PAGE, ...SEARCHED });

const page = (item: Type, members: Partial<typeof PAGE & typeof SEARCHED>): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      description: 'One page.',
      schema: {
        type: 'object',
        required: ['items', ...Object.keys(members)],
        properties: { items: { type: 'array', items: { $ref: getSchemaPath(item) } }, ...members },
      },
    }),
  );
