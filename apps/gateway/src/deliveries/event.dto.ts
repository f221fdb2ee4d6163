import type { StoredEvent } from '#domain/event.js';
import { ApiProperty } from '@nestjs/swagger';

/** An event as it was stored. */
export class StoredEventDto {
  @ApiProperty({ example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB' }) id!: string;
  @ApiProperty({ format: 'uuid', example: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f' }) uuid!: string;
  @ApiProperty({ example: 'order.created' }) type!: string;
  @ApiProperty({ type: String, nullable: true, example: null }) topic!: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) app!: string | null;
  @ApiProperty({ type: Object, example: { type: 'order', id: '42' } }) resource!: { type: string | null; id: string | null };
  @ApiProperty({ format: 'date-time', example: '2026-11-21T10:00:00.000Z' }) occurredAt!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T10:00:00.000Z' }) acceptedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When its payload was expunged.', example: null })
  expungedAt!: string | null;
}

export class EventDetailDto extends StoredEventDto {
  @ApiProperty({
    description: 'The event object as it was published; null once it is expunged.',
    type: Object,
    nullable: true,
    example: { type: 'order.created', data: { orderId: 42 } },
  })
  payload!: unknown;
}

export const toEventDto = (event: StoredEvent): StoredEventDto => ({
  id: event.id,
  uuid: event.uuid,
  type: event.type,
  topic: event.topic,
  app: event.app,
  resource: { type: event.resourceType, id: event.resourceId },
  occurredAt: event.occurredAt,
  acceptedAt: event.acceptedAt,
  expungedAt: event.expungedAt ?? null,
});

export const toEventDetailDto = (event: StoredEvent): EventDetailDto => ({
  ...toEventDto(event),
  payload: event.expungedAt ? null : (JSON.parse(event.raw.toString('utf8')) as unknown),
});
