import { DELIVERY_STATES, type DeliveryState } from '#domain/delivery.js';
import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsIn, Matches, Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { Optional, Text } from '../http/fields.js';
import { PageQuery } from '../http/page.js';
import { isInstant } from '../publish/instant.js';

@ValidatorConstraint({ name: 'invalid_date' })
export class Instant implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return isInstant(value);
  }

  defaultMessage(): string {
    return '$property must be an ISO 8601 time with its offset';
  }
}

const name = { max: LIMITS.nameChars.max, optional: true } as const;

/** A list of what happened when. */
export class TimesQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Happened at or after; of an event: accepted.',
    example: '2026-11-21T00:00:00Z',
  })
  @Optional()
  @Validate(Instant)
  from?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Happened before.', example: '2026-11-22T00:00:00Z' })
  @Optional()
  @Validate(Instant)
  to?: string;
}

/** A window of time, as every list of the journal has it. */
class WindowQuery extends TimesQuery {
  @Text({ about: 'Type of the resource.', example: 'order', ...name })
  resourceType?: string;

  @Text({ about: 'Id of the resource.', example: '42', ...name })
  resourceId?: string;
}

export class EventsQuery extends WindowQuery {
  @Text({
    about: 'Its id: `evt_…`, or the one that its publisher gave it.',
    example: 'order-42-created',
    max: LIMITS.eventIdChars.max,
    optional: true,
  })
  id?: string;

  @Text({ about: 'Event type, spelled out.', example: 'order.created', ...name })
  type?: string;

  @Text({ about: 'Topic.', example: 'participant', ...name })
  topic?: string;
}

export class DivertedQuery extends WindowQuery {
  @Text({ about: 'The subscription: `sub_…` or its uuid.', example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3', ...name })
  subscription?: string;

  @Text({ about: 'Event type, spelled out; case does not matter.', example: 'order.created', ...name })
  eventType?: string;

  @ApiPropertyOptional({ type: String, description: 'Class of the last answer’s status.', example: '5xx', pattern: '^[1-9]xx$' })
  @Optional()
  @Matches(/^[1-9]xx$/)
  statusClass?: string;

  @Text({ about: 'Why the last attempt brought no answer.', example: 'timeout_total', ...name })
  error?: string;
}

export class DeliveriesQuery extends DivertedQuery {
  @ApiPropertyOptional({ type: String, description: 'One state or several, comma-separated.', example: 'failed,diverted' })
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn([...DELIVERY_STATES], { each: true })
  @ArrayUnique()
  state?: DeliveryState[];
}

/** A window that ends before it begins finds nothing, and is a mistake. */
export function checkWindow({ from, to }: { from?: string; to?: string }): void {
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to)) {
    throw invalidField('/from', 'invalid_date', '`from` is after `to`.');
  }
}
