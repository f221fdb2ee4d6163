import { LIMITS } from '#domain/limits.js';
import { type Lane, LANES } from '#domain/stats/backlog.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Validate } from 'class-validator';
import { Instant } from '../deliveries/list-queries.js';
import { Optional } from '../http/fields.js';
import { QueryNumber } from '../http/query-fields.js';

const { statsRangeMinutes: range, statsSeriesHours: series } = LIMITS;

const MomentQuery = (description: string, example: string): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ type: String, format: 'date-time', description, example }), Optional(), Validate(Instant));

const Count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 0, description, example });

const Moment = (description: string, example: string): PropertyDecorator =>
  ApiProperty({ type: String, format: 'date-time', description, example });

const Percentile = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: Number, nullable: true, minimum: 0, description, example });

export class OverviewQuery {
  @MomentQuery(
    `From this minute on; absent: ${range.default} minutes before \`to\`. Figures are kept for ${LIMITS.statsKeptDays.max} days.`,
    '2026-11-21T11:00:00Z',
  )
  from?: string;

  @MomentQuery(`Up to this minute; absent: now. ${range.min} to ${range.max} minutes after \`from\`.`, '2026-11-21T12:00:00Z')
  to?: string;
}

export class SeriesQuery {
  @QueryNumber('So many hours back.', series)
  hours: number = series.default;
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

export class SubscriptionBucketDto extends CountsDto {
  @Moment('When the ten minutes begin.', '2026-11-21T11:50:00.000Z')
  at!: string;
}

export class BucketDto extends CountsDto {
  @Moment('When the minute begins.', '2026-11-21T11:59:00.000Z')
  at!: string;

  @Count('Events that were accepted.', 100)
  accepted!: number;
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

  @Moment('When it was measured, some ten seconds ago.', '2026-11-21T11:59:55.000Z')
  measuredAt!: string;
}

export class FailingSubscriptionDto {
  @ApiProperty({ type: String, maxLength: 30, example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3' })
  subscriptionId!: string;

  @Count('Attempts that did not deliver.', 31)
  failedAttempts!: number;

  @Count('Deliveries that were given up.', 2)
  failed!: number;
}

export class OverviewDto {
  @Moment('The first minute begins.', '2026-11-21T11:00:00.000Z')
  from!: string;

  @Moment('The last minute ends.', '2026-11-21T12:00:00.000Z')
  to!: string;

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

  @ApiProperty({ type: () => [BucketDto], description: 'Every minute, oldest first.' })
  series!: BucketDto[];
}

export class SubscriptionSeriesDto {
  @ApiProperty({ type: 'integer', minimum: series.min, maximum: series.max, example: series.default })
  hours!: number;

  @ApiProperty({ type: () => PercentilesDto, description: 'One request to the endpoint; at most 19 % off.' })
  latencyMs!: PercentilesDto;

  @ApiProperty({ type: () => [SubscriptionBucketDto], description: 'Every ten minutes, oldest first.' })
  series!: SubscriptionBucketDto[];
}
