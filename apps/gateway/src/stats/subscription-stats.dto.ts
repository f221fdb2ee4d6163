import { DELIVERY_STATES, type DeliveryState } from '#domain/delivery.js';
import { LIMITS } from '#domain/limits.js';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsString } from 'class-validator';
import { QueryNumber } from '../http/query-fields.js';
import { BreakerDto } from '../subscriptions/dto/breaker.dto.js';
import { CountsDto, Moment, PercentilesDto } from './stats.dto.js';

const { statsHours, statsSeriesHours: series, statsSubscriptions: many } = LIMITS;
const ID = 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3';

const SuccessRate = (of: string): PropertyDecorator =>
  ApiProperty({ type: Number, nullable: true, minimum: 0, maximum: 1, description: `Delivered ones as a share of ${of}.`, example: 0.98 });

export class StatsQuery {
  @QueryNumber('Over events of this many hours back.', statsHours)
  hours: number = statsHours.default;
}

export class StatsDto {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: statsHours.max, description: 'The window, in hours.', example: 24 })
  hours!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 0 },
    description: `Deliveries by state, as they are now: ${DELIVERY_STATES.join(', ')}.`,
    example: { pending: 1, sending: 0, delivered: 120, failed: 2, diverted: 0, refused: 0, cancelled: 0 },
  })
  deliveries!: Record<DeliveryState, number>;

  @SuccessRate('those that ended delivered, failed, diverted or refused')
  successRate!: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Attempts of these deliveries.', example: 130 })
  attempts!: number;

  @ApiProperty({
    type: () => PercentilesDto,
    description: `One request to the endpoint, some seconds behind and of the last ${LIMITS.statsKeptDays.max} days at most; 19 % off at most.`,
  })
  latencyMs!: PercentilesDto;

  @ApiProperty({ type: () => BreakerDto, description: 'Whether it is being spared, and until when.' })
  breaker!: BreakerDto;
}

export class SeriesQuery {
  @QueryNumber('So many hours back.', series)
  hours: number = series.default;
}

export class SubscriptionBucketDto extends CountsDto {
  @Moment('When the ten minutes begin.', '2026-11-21T11:50:00.000Z')
  at!: string;
}

export class SubscriptionSeriesDto {
  @ApiProperty({ type: 'integer', minimum: series.min, maximum: series.max, example: series.default })
  hours!: number;

  @ApiProperty({ type: () => PercentilesDto, description: 'One request to the endpoint; at most 19 % off.' })
  latencyMs!: PercentilesDto;

  @ApiProperty({ type: () => [SubscriptionBucketDto], description: 'Every ten minutes, oldest first.' })
  series!: SubscriptionBucketDto[];
}

export class SubscriptionsQuery {
  @ApiProperty({
    type: String,
    description: `Subscriptions, comma-separated: ${many.min} to ${many.max} of them, \`sub_…\` or uuids.`,
    example: ID,
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',').filter((id) => id !== '') : value))
  @ArrayMinSize(many.min)
  @ArrayMaxSize(many.max)
  @IsString({ each: true })
  ids!: string[];
}

/** Step by step, the oldest first. */
export class TrendDto {
  @ApiProperty({ type: [Number], description: 'Deliveries that arrived.', example: [12, 9] })
  delivered!: number[];

  @ApiProperty({ type: [Number], description: 'Deliveries that were given up.', example: [0, 1] })
  failed!: number[];
}

export class SubscriptionFiguresDto extends CountsDto {
  @ApiProperty({ type: String, maxLength: 30, example: ID })
  subscriptionId!: string;

  @SuccessRate('those that were delivered or given up; null when there is none')
  successRate!: number | null;

  @ApiProperty({ type: () => BreakerDto, description: 'Whether it is being spared, and until when.' })
  breaker!: BreakerDto;

  @ApiProperty({ type: () => TrendDto, description: 'The day, step by step.' })
  series!: TrendDto;
}

export class SubscriptionsFiguresDto {
  @Moment('When the first step begins.', '2026-11-20T12:00:00.000Z')
  from!: string;

  @ApiProperty({ type: 'integer', description: 'How long a step of the series is.', example: 30 })
  stepMinutes!: number;

  @ApiProperty({
    type: () => [SubscriptionFiguresDto],
    description: 'In the order they were asked for; those that are not there are left out.',
  })
  items!: SubscriptionFiguresDto[];
}
