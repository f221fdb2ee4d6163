import { LIMITS } from '#domain/limits.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  Validate,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { ANY_JSON, Optional, wholeNumber } from '../../http/fields.js';
import { isInstant } from '../../publish/instant.js';

const { min, max, default: byDefault } = LIMITS.pageItems;

@ValidatorConstraint({ name: 'invalid_date' })
class Instant implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return isInstant(value);
  }

  defaultMessage(): string {
    return '$property must be an ISO 8601 time with its offset';
  }
}

export class EventListQuery {
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Accepted at or after.', example: '2026-11-21T00:00:00Z' })
  @Optional()
  @Validate(Instant)
  startTimestamp?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Accepted before.', example: '2026-11-22T00:00:00Z' })
  @Optional()
  @Validate(Instant)
  endTimestamp?: string;

  @ApiPropertyOptional({ type: String, description: 'Event type, spelled out.', example: 'policy.quote.issue' })
  @Optional()
  @IsString()
  @MaxLength(LIMITS.eventTypeChars.max)
  @Matches(/^[A-Za-z0-9_.-]+$/)
  type?: string;

  @ApiPropertyOptional({
    type: 'integer',
    description: `Most events in one answer; ${byDefault} unless said.`,
    minimum: min,
    maximum: max,
    example: byDefault,
  })
  @Optional()
  @Transform(wholeNumber)
  @IsInt()
  @Min(min)
  @Max(max)
  pageSize?: number;

  @ApiPropertyOptional({ type: String, description: 'Of the answer before; stands alone, for it holds what was asked.', example: 'Qp3…' })
  @Optional()
  @IsString()
  pagingToken?: string;
}

export class EventResponse {
  @ApiProperty({ type: String, description: 'ULID', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' }) locator!: string;
  @ApiProperty({ type: String, example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' }) requestId!: string;
  @ApiProperty({ type: String, nullable: true, example: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f' }) userLocator!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T10:00:00.000Z' }) timestamp!: string;
  @ApiProperty({ type: String, example: 'policy.quote.issue' }) type!: string;
  @ApiProperty({ ...ANY_JSON, example: { quoteLocator: '01KAK3J0V1QH6E6T2C0X8ZC3VC' } }) data!: unknown;
}

export class EventListResponse {
  @ApiProperty({ type: String, nullable: true, description: 'For the next answer; null at the end.', example: null }) pagingToken!:
    string | null;
  @ApiProperty({ type: [EventResponse] }) events!: EventResponse[];
}
