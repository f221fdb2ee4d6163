import { LIMITS } from '#domain/limits.js';
import { type Lane, LANES } from '#domain/stats/backlog.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min, Validate } from 'class-validator';
import { Instant } from '../deliveries/list-queries.js';
import { Optional, Text, wholeNumber } from '../http/fields.js';

const { statsRangeMinutes: range } = LIMITS;
const ID_CHARS = 64;
const STEPS = [1, 5, 10, 30, 60];

const MomentQuery = (description: string, example: string): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ type: String, format: 'date-time', description, example }), Optional(), Validate(Instant));

const Count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 0, description, example });

export const Moment = (description: string, example: string): PropertyDecorator =>
  ApiProperty({ type: String, format: 'date-time', description, example });

const Percentile = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: Number, nullable: true, minimum: 0, description, example });

export class OverviewQuery {
  @MomentQuery(
    `From this minute on; absent: \`minutes\` before \`to\`. Figures are kept for ${LIMITS.statsKeptDays.max} days.`,
    '2026-11-21T11:00:00Z',
  )
  from?: string;

  @MomentQuery(`Up to this minute; absent: now. ${range.min} to ${range.max} minutes after \`from\`.`, '2026-11-21T12:00:00Z')
  to?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: range.min,
    maximum: range.max,
    description: `So many minutes up to \`to\`, in place of \`from\`; absent: ${range.default}.`,
    example: range.default,
  })
  @Optional()
  @Transform(wholeNumber)
  @IsInt()
  @Min(range.min)
  @Max(range.max)
  minutes?: number;

  @ApiPropertyOptional({
    type: 'integer',
    enum: STEPS,
    default: 1,
    description: `How long a step of the series is; it has ${LIMITS.statsSteps.max} at most.`,
    example: 1,
  })
  @Optional()
  @Transform(wholeNumber)
  @IsIn(STEPS)
  stepMinutes: number = 1;

  @Text({ about: 'For an operator: only this tenant’s.', example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB', max: ID_CHARS, optional: true })
  tenantId?: string;
}

/** What is counted, in whatever time. */
export class CountsDto {
  @Count('Deliveries that the fan-out made.', 130)
  matched!: number;

  @Count('Deliveries that arrived.', 120)
  delivered!: number;

  @Count('Deliveries that were given up: failed, diverted or refused after an attempt.', 2)
  failed!: number;

  @Count('Attempts, whatever they came to.', 140)
  attempts!: number;
}

export class BucketDto extends CountsDto {
  @Moment('When the step begins.', '2026-11-21T11:59:00.000Z')
  at!: string;

  @Count('Events that were accepted.', 100)
  accepted!: number;

  @Percentile('From accepting an event to its delivery: 95 of 100 took no longer, in milliseconds; null: none was delivered.', 240)
  endToEndP95Ms!: number | null;

  @Percentile('One request to an endpoint: 95 of 100 took no longer, in milliseconds; null: none was made.', 180)
  endpointP95Ms!: number | null;
}

export class TotalsDto extends CountsDto {
  @Count('Events that were accepted.', 100)
  accepted!: number;
}

export class PercentilesDto {
  @Percentile('Half took no longer, in milliseconds.', 31)
  p50!: number | null;

  @Percentile('95 of 100 took no longer, in milliseconds.', 240)
  p95!: number | null;

  @Percentile('99 of 100 took no longer, in milliseconds.', 480)
  p99!: number | null;
}

export class OverviewLatencyDto {
  @ApiProperty({
    type: () => PercentilesDto,
    description: 'From accepting the event to its delivery, retries included; resent ones are not.',
  })
  endToEnd!: PercentilesDto;

  @ApiProperty({ type: () => PercentilesDto, description: 'One request to an endpoint, connecting included.' })
  endpoint!: PercentilesDto;
}

export class BacklogDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 0 },
    description:
      `What waits: ${LANES.join(', ')}. \`due\`: may be sent now; \`scheduled\`: for a retry to come; \`held\`: for the subscription; ` +
      '`outbox`: events for their fan-out; `replay`: what open replays have still to look at.',
    example: { due: 3, scheduled: 12, held: 0, sending: 4, outbox: 1, replay: 0 },
  })
  waiting!: Record<Lane, number>;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    description: 'How long the oldest delivery that is due, or event not fanned out, has waited, in seconds; null: none does.',
    example: 0.4,
  })
  oldestWaitingSeconds!: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number', nullable: true, minimum: 0 },
    description:
      'By lane, for how long the oldest in it has waited, in seconds: since it was due (`due`), accepted (`outbox`) or made (`scheduled`, ' +
      '`held`, `replay`), or since its lease ran out (`sending`); null: none does.',
    example: { due: 0.4, scheduled: 5400, held: null, sending: null, outbox: 0.1, replay: null },
  })
  oldestSeconds!: Record<Lane, number | null>;

  @Moment('When it was measured, some ten seconds ago.', '2026-11-21T11:59:55.000Z')
  measuredAt!: string;
}

export class FailingSubscriptionDto {
  @ApiProperty({ type: String, maxLength: 30, example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3' })
  subscriptionId!: string;

  @ApiProperty({ type: String, description: 'Its tenant.', example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  tenantId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Its name as it is now; null: it is not there any more.', example: 'Orders' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The host that it sends to now.', example: 'hooks.example.com' })
  host!: string | null;

  @Count('Attempts that did not deliver.', 31)
  failedAttempts!: number;

  @Count('Deliveries that were given up.', 2)
  failed!: number;
}

export class OverviewDto {
  @Moment('The first step begins.', '2026-11-21T11:00:00.000Z')
  from!: string;

  @Moment('The last step ends: this may be yet to come.', '2026-11-21T12:00:00.000Z')
  to!: string;

  @ApiProperty({ type: 'integer', enum: STEPS, description: 'How long a step of the series is.', example: 1 })
  stepMinutes!: number;

  @ApiProperty({ type: () => TotalsDto, description: 'The series, added up.' })
  totals!: TotalsDto;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: 1,
    description: 'Delivered ones as a share of those that were delivered or given up; null when there is none.',
    example: 0.98,
  })
  successRate!: number | null;

  @ApiProperty({ type: () => OverviewLatencyDto, description: 'Read from histograms: at most 19 % off.' })
  latencyMs!: OverviewLatencyDto;

  @ApiProperty({
    type: () => BacklogDto,
    nullable: true,
    description: `As it was measured last, whatever the range; null: not yet, or ${LIMITS.backlogTenants.max} other tenants have more that waits.`,
  })
  backlog!: BacklogDto | null;

  @ApiProperty({
    type: () => [FailingSubscriptionDto],
    maxItems: LIMITS.worstSubscriptions.max,
    description: 'Subscriptions with most failed attempts, the worst first, in whole ten minutes.',
  })
  worstSubscriptions!: FailingSubscriptionDto[];

  @ApiProperty({ type: () => [BucketDto], description: 'Every step, oldest first.' })
  series!: BucketDto[];
}
