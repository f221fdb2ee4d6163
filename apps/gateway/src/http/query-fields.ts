import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { Optional, wholeNumber } from './fields.js';

const trueOrFalse = ({ value }: TransformFnParams): unknown => (value === 'true' ? true : value === 'false' ? false : (value as unknown));

/** A parameter that is `true` or `false`, or left out. */
export const QueryFlag = (description: string): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ type: Boolean, description, example: true }), Optional(), Transform(trueOrFalse), IsBoolean());

/** A parameter that is a whole number within bounds; the member's own value stands where it is left out. */
export const QueryNumber = (description: string, { min, max, default: byDefault }: { min: number; max: number; default: number }) =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', description, minimum: min, maximum: max, default: byDefault, example: byDefault }),
    Optional(),
    Transform(wholeNumber),
    IsInt(),
    Min(min),
    Max(max),
  );
