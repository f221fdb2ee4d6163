import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import type { ExpungeRow } from '#store/expunge.store.js';
import { ApiProperty } from '@nestjs/swagger';
import { Nested, Text } from '../http/fields.js';

export class ExpungedResourceDto {
  @Text({ about: 'Type of the resource.', example: 'customer', min: 1, max: LIMITS.nameChars.max })
  type!: string;

  @Text({ about: 'Id of the resource.', example: '42', min: 1, max: LIMITS.nameChars.max })
  id!: string;
}

export class CreateExpungeDto {
  @Nested(() => ExpungedResourceDto, { about: 'What the events are about, as their `resource` says.' })
  resource!: ExpungedResourceDto;
}

export class ExpungeDto {
  @ApiProperty({ example: 'exp_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ enum: ['running', 'done'], example: 'done' })
  state!: 'running' | 'done';

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Of one event: its uuid.', example: null })
  eventUuid!: string | null;

  @ApiProperty({ type: ExpungedResourceDto, nullable: true, description: 'Of all events of a resource: that resource.' })
  resource!: ExpungedResourceDto | null;

  @ApiProperty({ description: 'Events whose payload it has taken; those that had none any more are not counted.', example: 12 })
  events!: number;

  @ApiProperty({ description: 'Deliveries that waited to be sent and never will be.', example: 1 })
  deliveriesCancelled!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T12:00:00.100Z' })
  endedAt!: string | null;
}

export const toExpungeDto = (row: ExpungeRow): ExpungeDto => ({
  id: formatId('exp', row.id),
  state: row.endedAt === null ? 'running' : 'done',
  eventUuid: row.eventUuid,
  resource: row.resourceType === null || row.resourceId === null ? null : { type: row.resourceType, id: row.resourceId },
  events: row.events,
  deliveriesCancelled: row.deliveriesCancelled,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});
