import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiQuery, getSchemaPath } from '@nestjs/swagger';

/** Documents a list that is paged by number and filtered by these parameters. */
export const ApiNumberedPage = (item: Type, filters: readonly string[]): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiExtraModels(item),
    ...filters.map((name) => ApiQuery({ name, type: String, required: false })),
    ApiQuery({ name: 'page', type: 'integer', required: false, description: 'From 1; `last` is the last.', example: 1 }),
    ApiQuery({ name: 'limit', type: 'integer', required: false, description: 'Items of a page, at most 200.', example: 20 }),
    ApiOkResponse({
      description: 'One page.',
      schema: {
        type: 'object',
        required: ['count', 'next', 'previous', 'results'],
        properties: {
          count: { type: 'integer', example: 1 },
          next: { type: 'string', nullable: true, example: null },
          previous: { type: 'string', nullable: true, example: null },
          results: { type: 'array', items: { $ref: getSchemaPath(item) } },
        },
      },
    }),
  );
