import { DELIVERY_STATES, type DeliveryState } from '#domain/delivery.js';
import { formatId } from '#domain/ids.js';
import { publicEventId } from '#store/event.store.js';
import type { DeliveryRow } from '#store/delivery.store.js';
import { ApiProperty } from '@nestjs/swagger';

/** One event for one subscription, and where it stands. */
export class DeliveryDto {
  @ApiProperty({ example: 'dlv_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ format: 'uuid', example: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f' })
  uuid!: string;

  @ApiProperty({ description: 'A number of its own, for clients that know deliveries by number.', example: 7 })
  number!: number;

  @ApiProperty({ example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  eventId!: string;

  @ApiProperty({ example: 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3' })
  subscriptionId!: string;

  @ApiProperty({ example: 'order.created' })
  eventType!: string;

  @ApiProperty({ enum: DELIVERY_STATES, example: 'delivered' })
  state!: DeliveryState;

  @ApiProperty({ type: String, nullable: true, description: 'Why it ended; null while it has not.', example: 'acknowledged' })
  reason!: string | null;

  @ApiProperty({
    description:
      'Whether it waits for its subscription (switched off, suspended, paused or at its limits). No attempt is charged for that.',
    example: false,
  })
  held!: boolean;

  @ApiProperty({ description: 'Attempts made so far.', example: 1 })
  attemptCount!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is due; null while it is held, being sent or ended.',
    example: null,
  })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Status of the last answer.', example: 200 })
  lastStatus!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt brought no answer.', example: null })
  lastError!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T10:00:00.120Z' })
  endedAt!: string | null;
}

export const toDeliveryDto = (row: DeliveryRow): DeliveryDto => ({
  id: formatId('dlv', row.id),
  uuid: row.id,
  number: Number(row.number),
  eventId: publicEventId(row.eventUuid, row.eventPublicId),
  subscriptionId: formatId('sub', row.subscriptionUuid),
  eventType: row.eventType,
  state: row.state,
  reason: row.reason,
  held: row.held,
  attemptCount: row.attemptCount,
  nextAttemptAt: row.state === 'pending' ? (row.dueAt?.toISOString() ?? null) : null,
  lastStatus: row.lastStatus,
  lastError: row.lastError,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});
