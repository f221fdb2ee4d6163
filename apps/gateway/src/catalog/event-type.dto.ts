import { LIMITS } from '#domain/limits.js';
import { ApiProperty } from '@nestjs/swagger';
import { ANY_JSON, AnyJson, NestedList, Text, TextList } from '../http/fields.js';
import { NAME } from './name.pipe.js';

/** All of an event type but its name. */
export class EventTypeBodyDto {
  @Text({
    about: 'What it tells, for people.',
    example: 'A user was created.',
    max: LIMITS.descriptionChars.max,
    optional: true,
    nullable: true,
  })
  description?: string | null;

  @Text({
    about: 'The `type` of the published events it stands for; left out, its name.',
    example: 'UserCreatedEvent',
    max: LIMITS.eventTypeChars.max,
    optional: true,
    nullable: true,
  })
  eventType?: string | null;

  @Text({ about: 'The kind of thing it is about.', example: 'users', max: NAME.max, optional: true, nullable: true })
  type?: string | null;

  @Text({
    about: 'Path under the app’s base URL that serves the thing itself; `{…}` stands for a part of the event.',
    example: '/api/v2/users/{userId}',
    max: LIMITS.apiPathChars.max,
    optional: true,
    nullable: true,
  })
  getApiPath?: string | null;

  @AnyJson({
    about: 'JSON Logic over the event: only events it holds for are delivered. A text `$name` reads the event’s member of that name.',
    example: { '===': ['$eventType', 'UserCreatedEvent'] },
    maxBytes: LIMITS.catalogDocumentBytes.max,
    optional: true,
    nullable: true,
  })
  filterLogic?: unknown;

  @AnyJson({
    about: 'JSON Schema of the event’s data, for subscribers to read. Published events are not checked against it.',
    example: { type: 'object', properties: { userId: { type: 'string' } } },
    maxBytes: LIMITS.catalogDocumentBytes.max,
    optional: true,
    nullable: true,
  })
  schema?: unknown;

  @AnyJson({
    about: 'Data of an event, for subscribers to read.',
    example: { userId: 'u-42' },
    maxBytes: LIMITS.catalogDocumentBytes.max,
    optional: true,
    nullable: true,
  })
  example?: unknown;
}

export class EventTypeDefinitionDto extends EventTypeBodyDto {
  @Text({ about: 'Its name, unique under the topic of the app.', example: 'UserCreated', ...NAME })
  name!: string;
}

export class ChangeEventTypeDto extends EventTypeBodyDto {
  @Text({ about: 'A new name.', example: 'UserCreated', ...NAME, optional: true })
  name?: string;
}

export class RegisterEventTypesDto {
  @NestedList(() => EventTypeDefinitionDto, {
    about: 'All of them are registered, or none.',
    minItems: LIMITS.eventTypesPerRegistration.min,
    maxItems: LIMITS.eventTypesPerRegistration.max,
  })
  eventTypes!: EventTypeDefinitionDto[];
}

export class BulkDeleteEventTypesDto {
  @TextList({
    about: 'Names of event types. All of them are deleted, or none.',
    example: ['UserCreated', 'UserUpdated'],
    minItems: LIMITS.bulkDeleteItems.min,
    maxItems: LIMITS.bulkDeleteItems.max,
    ...NAME,
  })
  names!: string[];
}

export class EventTypeDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'ety_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ type: String, description: 'The app it is registered by.', example: 'app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f' })
  appId!: string;

  @ApiProperty({ type: String, description: 'The topic it is registered under.', example: 'participant' })
  topic!: string;

  @ApiProperty({ type: String, description: 'Its name, unique under the topic of the app.', example: 'UserCreated' })
  name!: string;

  @ApiProperty({ type: String, description: 'What it tells, for people.', nullable: true, example: 'A user was created.' })
  description!: string | null;

  @ApiProperty({
    type: String,
    description: 'The `type` of the published events it stands for; null: its name.',
    nullable: true,
    example: 'UserCreatedEvent',
  })
  eventType!: string | null;

  @ApiProperty({ type: String, description: 'The kind of thing it is about.', nullable: true, example: 'users' })
  type!: string | null;

  @ApiProperty({
    type: String,
    description: 'Path under the app’s base URL that serves the thing itself.',
    nullable: true,
    example: '/api/v2/users/{userId}',
  })
  getApiPath!: string | null;

  @ApiProperty({
    ...ANY_JSON,
    description: 'JSON Logic over the event; null: all are delivered.',
    nullable: true,
    example: { '===': ['$eventType', 'UserCreatedEvent'] },
  })
  filterLogic!: unknown;

  @ApiProperty({
    ...ANY_JSON,
    description: 'JSON Schema of the event’s data, for subscribers to read.',
    nullable: true,
    example: { type: 'object' },
  })
  schema!: unknown;

  @ApiProperty({ ...ANY_JSON, description: 'Data of an event, for subscribers to read.', nullable: true, example: { userId: 'u-42' } })
  example!: unknown;

  @ApiProperty({ type: String, description: 'When it was registered.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, description: 'When it was changed last.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  updatedAt!: string;
}

export class EventTypesDto {
  @ApiProperty({ type: [EventTypeDto], description: 'As they were registered, in the order given.' })
  eventTypes!: EventTypeDto[];
}
