import { LIMITS } from '#domain/limits.js';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { Optional } from '../../http/fields.js';
import { PageQuery } from '../../http/page.js';
import { QueryFlag } from '../../http/query-fields.js';

export class ListSubscriptions extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: LIMITS.nameChars.max,
    description: 'Part of the name in any locale, without regard to case.',
    example: 'orders',
  })
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
    type: String,
    minLength: 1,
    maxLength: LIMITS.eventTypeChars.max,
    description: 'Only those that name this event type as it is written here; patterns are not expanded.',
    example: 'order.*',
  })
  @Optional()
  @IsString()
  @Length(1, LIMITS.eventTypeChars.max)
  eventType?: string;
}
