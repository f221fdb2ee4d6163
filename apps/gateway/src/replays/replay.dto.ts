import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import {
  DEFAULT_STATES,
  REPLAY_MODES,
  REPLAY_STATES,
  REPLAYABLE_REASONS,
  REPLAYABLE_STATES,
  type ReplayableReason,
  type ReplayableState,
  type ReplayMode,
  type ReplayState,
} from '#domain/replay/replay.js';
import type { ReplayRow } from '#store/replay.store.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, Max, Min, Validate } from 'class-validator';
import { Instant } from '../deliveries/list-queries.js';
import { Flag, Nested, OneOf, Optional, Text, TextList } from '../http/fields.js';

const { replayRatePerSecond: rate, replayEventTypes } = LIMITS;

/** A list of different words out of a few. */
const SomeOf = (values: readonly string[], about: string): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'string', enum: [...values] },
      description: about,
      required: false,
      minItems: 1,
      maxItems: values.length,
      uniqueItems: true,
    }),
    Optional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayUnique(),
    IsIn([...values], { each: true }),
  );

const Moment = (about: string, example: string): PropertyDecorator =>
  applyDecorators(ApiProperty({ type: String, format: 'date-time', description: about, example }), Validate(Instant));

export class ReplayResourceDto {
  @Text({ about: 'Type of the resource.', example: 'order', max: LIMITS.nameChars.max })
  type!: string;

  @Text({ about: 'Id of the resource; absent: any.', example: '42', max: LIMITS.nameChars.max, optional: true })
  id?: string;
}

export class ReplayFilterDto {
  @TextList({
    about: 'Event types, `*` allowed; absent: all.',
    example: ['order.*'],
    minItems: replayEventTypes.min,
    maxItems: replayEventTypes.max,
    max: LIMITS.eventTypeChars.max,
    optional: true,
  })
  eventTypes?: string[];

  @SomeOf(REPLAYABLE_STATES, `Mode \`failed\`: how the deliveries ended; absent: ${DEFAULT_STATES.join(', ')}.`)
  states?: ReplayableState[];

  @SomeOf(REPLAYABLE_REASONS, 'Mode `failed`: why they ended; absent: whatever the reason.')
  reasons?: ReplayableReason[];

  @Nested(() => ReplayResourceDto, { about: 'What the events are about; absent: anything.', optional: true })
  resource?: ReplayResourceDto;
}

export class CreateReplayDto {
  @OneOf({
    about: '`failed`: sends again what ended without success. `missing`: delivers stored events that the subscription never saw.',
    values: REPLAY_MODES,
    example: 'failed',
  })
  mode!: ReplayMode;

  @Text({
    about: 'The subscription: `sub_…`, its uuid or its ULID. Mode `missing` needs one; absent in mode `failed`: all of them.',
    example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3',
    min: 26,
    max: 36,
    optional: true,
  })
  subscriptionId?: string;

  @Nested(() => ReplayFilterDto, { about: 'What of the window it takes; absent: all.', optional: true })
  filter?: ReplayFilterDto;

  @Moment('Events accepted at or after.', '2026-11-21T00:00:00Z')
  from!: string;

  @Moment('Events accepted before; the time of this request when that is earlier.', '2026-11-21T12:00:00Z')
  to!: string;

  @ApiProperty({
    type: 'integer',
    description: 'Deliveries that it releases in a second, at most. It releases fewer while live traffic needs the places.',
    minimum: rate.min,
    maximum: rate.max,
    default: rate.default,
    required: false,
    example: rate.default,
  })
  @Optional()
  @IsInt()
  @Min(rate.min)
  @Max(rate.max)
  ratePerSecond: number = rate.default;

  @Flag({ about: 'Only count what it would send (200).', optional: true, example: false })
  dryRun?: boolean;
}

/** What a replay would do. */
export class ReplayCountDto {
  @ApiProperty({ description: 'Deliveries it would send, of those examined.', example: 318 })
  count!: number;

  @ApiProperty({ description: 'Deliveries (mode `failed`) or events (mode `missing`) it would look at.', example: 320 })
  total!: number;

  @ApiProperty({ description: 'Those that this count looked at.', example: 320 })
  examined!: number;

  @ApiProperty({
    description: `Whether all were examined, so that \`count\` is exact. Mode \`missing\` examines the oldest ${LIMITS.dryRunEvents.max}.`,
    example: true,
  })
  isExact!: boolean;
}

export class ReplayDto {
  @ApiProperty({ example: 'rpl_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ enum: REPLAY_MODES, example: 'failed' })
  mode!: ReplayMode;

  @ApiProperty({ type: String, nullable: true, description: 'null: all of the tenant.', example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3' })
  subscriptionId!: string | null;

  @ApiProperty({ type: () => ReplayFilterDto })
  filter!: ReplayFilterDto;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T00:00:00.000Z' })
  from!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  to!: string;

  @ApiProperty({ example: rate.default })
  ratePerSecond!: number;

  @ApiProperty({ enum: REPLAY_STATES, example: 'running' })
  state!: ReplayState;

  @ApiProperty({ description: 'What it had to look at when it was asked for.', example: 320 })
  total!: number;

  @ApiProperty({ description: 'What it has dealt with: resent and skipped.', example: 120 })
  processed!: number;

  @ApiProperty({ description: 'Deliveries it has sent on their way.', example: 118 })
  resent!: number;

  @ApiProperty({ example: 2 })
  skipped!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How many were skipped for which reason.',
    example: { not_ended: 2 },
  })
  skippedBy!: Record<string, number>;

  @ApiProperty({ type: String, nullable: true, description: 'Code of the last fault of our own.', example: null })
  lastError!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T12:00:00.100Z' })
  startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  endedAt!: string | null;
}

export const toReplayDto = (row: ReplayRow): ReplayDto => ({
  id: formatId('rpl', row.id),
  mode: row.mode,
  subscriptionId: row.subscriptionUuid === null ? null : formatId('sub', row.subscriptionUuid),
  filter: row.filter,
  from: row.from.toISOString(),
  to: row.to.toISOString(),
  ratePerSecond: row.ratePerSecond,
  state: row.state,
  total: row.total,
  processed: row.processed,
  resent: row.resent,
  skipped: row.skipped,
  skippedBy: row.skippedBy,
  lastError: row.lastError,
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
});
