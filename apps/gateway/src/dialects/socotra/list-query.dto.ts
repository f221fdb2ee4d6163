import { LIMITS } from '#domain/limits.js';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { Optional, wholeNumber } from '../../http/fields.js';

const trueOrFalse = ({ value }: TransformFnParams): unknown => (value === 'true' ? true : value === 'false' ? false : (value as unknown));
const asList = ({ value }: TransformFnParams): unknown => (typeof value === 'string' ? [value] : (value as unknown));

const Flag = (description: string): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ type: Boolean, description, example: true }), Optional(), Transform(trueOrFalse), IsBoolean());

const Count = (description: string, { min, max, byDefault }: { min: number; max: number; byDefault: number }): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', description, minimum: min, maximum: max, default: byDefault, example: byDefault }),
    Optional(),
    Transform(wholeNumber),
    IsInt(),
    Min(min),
    Max(max),
  );

const { min: minItems, max: maxItems } = LIMITS.pageItems;
const { min: minOffset, max: maxOffset } = LIMITS.listOffset;

export class OffsetQuery {
  @Count('How many to pass over.', { min: minOffset, max: maxOffset, byDefault: 0 })
  offset: number = 0;

  /** Without a count as many as there may be: Enterprise Core's bare array cannot say that it is not all. */
  @Count('Most items in one answer.', { min: minItems, max: maxItems, byDefault: maxItems })
  count: number = maxItems;
}

export class WebhooksQuery extends OffsetQuery {
  @ApiPropertyOptional({ type: String, description: 'Part of the name, without regard to case.', example: 'quotes' })
  @Optional()
  @IsString()
  @Length(1, LIMITS.nameChars.max)
  name?: string;

  @Flag('Only those that are (not) enabled.')
  enabled?: boolean;

  @Flag('Only those that are (not) suspended.')
  suspended?: boolean;

  @Flag('Only those that are (not) enabled and not suspended.')
  active?: boolean;

  @ApiPropertyOptional({
    type: [String],
    description: 'Only those that name one of these; may be repeated.',
    example: ['policy.quote.issue'],
  })
  @Optional()
  @Transform(asList)
  @IsArray()
  @ArrayMaxSize(LIMITS.eventTypesPerSubscription.max)
  @IsString({ each: true })
  @Length(1, LIMITS.eventTypeChars.max, { each: true })
  eventTypes?: string[];

  @Flag('Taken and without effect: every answer is the extended one.')
  extended?: boolean;
}
