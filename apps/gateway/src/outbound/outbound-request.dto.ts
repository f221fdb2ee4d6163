import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { OUTBOUND_KINDS, type OutboundKind, type OutboundRequestRow } from '#store/outbound-request.store.js';
import { ApiProperty } from '@nestjs/swagger';
import { OneOf, Text } from '../http/fields.js';
import { PageQuery } from '../http/page.js';

const STATES = ['waiting', 'given_up'] as const;
type State = (typeof STATES)[number];

export class OutboundRequestsQuery extends PageQuery {
  @OneOf({ about: 'What is asked or told.', example: 'hydration', values: OUTBOUND_KINDS, optional: true })
  kind?: OutboundKind;

  @OneOf({ about: 'Still to be made (again), or given up.', example: 'given_up', values: STATES, optional: true })
  state?: State;

  @Text({
    about: 'The subscription: `sub_…` or its uuid.',
    example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3',
    max: LIMITS.nameChars.max,
    optional: true,
  })
  subscription?: string;
}

export class OutboundRequestDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'out_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ enum: OUTBOUND_KINDS, description: '`callback`: tells of an attempt. `hydration`: fetches a resource to publish it.' })
  kind!: OutboundKind;

  @ApiProperty({ enum: STATES, description: 'One that is done is not listed any more.', example: 'given_up' })
  state!: State;

  @ApiProperty({ type: String, description: 'The subscription it is for.', example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3' })
  subscriptionId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of a callback: the delivery.', example: null })
  deliveryId!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of a callback: which attempt it tells of.', example: null })
  attemptNumber!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a hydration: the type of the event.', example: 'package.created' })
  eventType!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a hydration: the resource’s type.', example: 'package' })
  resourceType!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a hydration: the resource’s id.', example: '7' })
  resourceId!: string | null;

  @ApiProperty({ type: 'integer', description: `How often it was made; at most ${LIMITS.outboundAttempts.max} times.`, example: 5 })
  attempts!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it is made next; null: never.', example: null })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.', example: 'The callback answered 500.' })
  lastError!: string | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was asked for.', example: '2026-11-21T10:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was given up.',
    example: '2026-11-21T10:10:00.000Z',
  })
  endedAt!: string | null;
}

export const toOutboundRequestDto = (row: OutboundRequestRow): OutboundRequestDto => ({
  id: formatId('out', row.id),
  kind: row.kind,
  state: row.endedAt === null ? 'waiting' : 'given_up',
  subscriptionId: formatId('sub', row.subscriptionUuid),
  deliveryId: row.deliveryUuid && formatId('dlv', row.deliveryUuid),
  attemptNumber: row.attemptNumber,
  eventType: row.eventType,
  resourceType: row.resourceType,
  resourceId: row.resourceId,
  attempts: row.attempts,
  nextAttemptAt: row.dueAt?.toISOString() ?? null,
  lastError: row.lastError,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});
