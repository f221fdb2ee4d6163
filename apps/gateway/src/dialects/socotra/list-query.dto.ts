import { LIMITS } from '#domain/limits.js';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, Length } from 'class-validator';
import { Optional } from '../../http/fields.js';
import { QueryFlag, QueryNumber } from '../../http/query-fields.js';

const asList = ({ value }: TransformFnParams): unknown => (typeof value === 'string' ? [value] : (value as unknown));

const { max: mostItems } = LIMITS.pageItems;

export class OffsetQuery {
  @QueryNumber('How many to pass over.', { ...LIMITS.listOffset, default: 0 })
  offset: number = 0;

  /** Without a count as many as there may be: Enterprise Core's bare array cannot say that it is not all. */
  @QueryNumber('Most items in one answer.', { ...LIMITS.pageItems, default: mostItems })
  count: number = mostItems;
}

export class WebhooksQuery extends OffsetQuery {
  @ApiPropertyOptional({ type: String, description: 'Part of the name, without regard to case.', example: 'quotes' })
  @Optional()
  @IsString()
  @Length(1, LIMITS.nameChars.max)
  name?: string;

  @QueryFlag('Only those that are (not) enabled.')
  enabled?: boolean;

  @QueryFlag('Only those that are (not) suspended.')
  suspended?: boolean;

  @QueryFlag('Only those that are (not) enabled and not suspended.')
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

  @QueryFlag('Taken and without effect: every answer is the extended one.')
  extended?: boolean;
}
