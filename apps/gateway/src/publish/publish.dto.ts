import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An event as a publisher hands it in. Only the documentation reads this class: publish checks the bytes themselves. */
export class EventDto {
  @ApiProperty({ description: 'What happened.', example: 'order.created', maxLength: 128 })
  type!: string;

  @ApiProperty({
    description: 'Any JSON value; its bytes are delivered exactly as they are sent.',
    example: { orderId: 42, state: 'paid' },
  })
  data!: unknown;

  @ApiPropertyOptional({
    description: 'The publisher’s own id for the event, which is also its idempotency key. No dots.',
    example: 'order-42-created',
  })
  id?: string;

  @ApiPropertyOptional({ description: 'The publishing app.', example: 'app:3f2c1d4e-0b5a-7c8d-9e0f-1a2b3c4d5e6f' })
  app?: string;

  @ApiPropertyOptional({ description: 'The topic it belongs to.', example: 'participant' })
  topic?: string;

  @ApiPropertyOptional({ description: 'When it happened, if that was not now.', example: '2026-11-21T10:00:00Z', format: 'date-time' })
  occurredAt?: string;

  @ApiPropertyOptional({
    description: 'The thing it is about; templates see all of it as /resource.',
    type: Object,
    example: { type: 'order', id: '42' },
  })
  resource?: object;

  @ApiPropertyOptional({ description: 'More about the event; templates see it as /event.', type: Object, example: { name: 'created' } })
  event?: object;

  @ApiPropertyOptional({ description: 'Who did it; templates see it as /user.', type: Object, example: { id: 't.durden' } })
  user?: object;
}

export class EventBatchDto {
  @ApiProperty({ type: [EventDto], minItems: 1, maxItems: 100, description: 'The events; each is taken or refused for itself.' })
  events!: EventDto[];
}

export class PublishedDto {
  @ApiProperty({ description: 'The event’s id: the publisher’s own, or one made here.', example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ description: 'When it was committed.', example: '2026-11-21T10:00:00.000Z', format: 'date-time' })
  acceptedAt!: string;

  @ApiProperty({ description: 'Whether the same request had been taken before; then nothing new was stored.', example: false })
  duplicate!: boolean;
}

export class BatchItemDto {
  @ApiProperty({ description: 'Position in the request.', example: 0 })
  index!: number;

  @ApiProperty({ description: 'The status this item alone would have been answered with.', example: 202 })
  status!: number;

  @ApiPropertyOptional({ example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id?: string;

  @ApiPropertyOptional({ example: '2026-11-21T10:00:00.000Z', format: 'date-time' })
  acceptedAt?: string;

  @ApiPropertyOptional({ example: false })
  duplicate?: boolean;

  @ApiPropertyOptional({
    description: 'Why the item was refused.',
    type: Object,
    example: { code: 'invalid', detail: 'An event needs `data`, any JSON value.' },
  })
  error?: object;
}

export class BatchResultDto {
  @ApiProperty({ type: [BatchItemDto] })
  items!: BatchItemDto[];
}
