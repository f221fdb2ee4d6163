import { LIMITS } from '#domain/limits.js';
import { ApiProperty } from '@nestjs/swagger';
import { NAME } from '../../catalog/name.pipe.js';
import { AnyJson, NestedList, Text, TextList } from '../../http/fields.js';
import { Os1Meta } from './page.js';

const ID_CHARS = 64;

const GET_API_PATH = {
  about: 'Path through which the resource is accessible.',
  example: '/app/api/v2/users/{userId}',
  max: LIMITS.apiPathChars.max,
  optional: true,
} as const;

class EventDetailsDto {
  @Text({ about: 'What it tells, for people.', example: 'When a new user is created', max: LIMITS.descriptionChars.max, optional: true })
  description?: string;

  @Text({ about: 'The `type` of the published events.', example: 'UserCreatedEvent', max: LIMITS.eventTypeChars.max, optional: true })
  eventType?: string;

  @AnyJson({
    about: 'JSON Logic: only events it holds for are delivered. A text `$name` reads the event’s member of that name, in any case.',
    example: { '===': ['$eventType', 'UserCreatedEvent'] },
    maxBytes: LIMITS.catalogDocumentBytes.max,
    optional: true,
    nullable: true,
  })
  filterLogic?: unknown;

  @Text({ about: 'Type of the event.', example: 'users', max: NAME.max, optional: true })
  type?: string;

  @Text(GET_API_PATH)
  getApiPath?: string;
}

export class RegisteredEventDto extends EventDetailsDto {
  @Text({ about: 'Name, unique under the topic of the app.', example: 'UserCreated', ...NAME })
  name!: string;
}

export class RegisterEventsDto {
  @Text({ ...GET_API_PATH, about: 'For each of the events that has none of its own.' })
  getApiPath?: string;

  @NestedList(() => RegisteredEventDto, {
    about: 'All of them are registered, or none.',
    minItems: LIMITS.eventTypesPerRegistration.min,
    maxItems: LIMITS.eventTypesPerRegistration.max,
  })
  events!: RegisteredEventDto[];
}

export class UpdatedEventDto extends EventDetailsDto {
  @Text({ about: 'A new name.', example: 'AvailableUserEvent', ...NAME, optional: true })
  name?: string;

  @Text({
    about: 'The app that publishes it: the key’s own.',
    example: 'app:1234abcd-1aa1-1234-12aa-1234abcd5678',
    max: ID_CHARS,
    optional: true,
  })
  appId?: string;
}

export class UpdateEventsDto {
  @NestedList(() => UpdatedEventDto, { about: 'The one event that the path names, as it is to be.', minItems: 1, maxItems: 1 })
  events!: UpdatedEventDto[];
}

export class BulkDeleteEventsDto {
  @TextList({
    about: 'Names of events. All of them are deleted, or none.',
    example: ['AvailableUserEvent', 'ApplyEventParticipantSuccessEvent'],
    minItems: LIMITS.bulkDeleteItems.min,
    maxItems: LIMITS.bulkDeleteItems.max,
    ...NAME,
  })
  events!: string[];
}

export class PublisherEventDto {
  @ApiProperty({ type: String, description: 'Name.', example: 'AvailableUserEvent' })
  name!: string;

  @ApiProperty({ type: String, description: 'Type of the event.', nullable: true, example: 'users' })
  type!: string | null;

  @ApiProperty({ type: String, description: 'The app that publishes it.', example: 'app:dafee37d-7c50-4772-9725-8c8e2e598148' })
  appId!: string;

  @ApiProperty({
    type: String,
    description: 'What it tells.',
    nullable: true,
    example: 'When the user state is changed to ACTIVE this event will be sent',
  })
  description!: string | null;
}

class PublisherEventsDto {
  @ApiProperty({ type: [PublisherEventDto], description: 'The events.' })
  events!: PublisherEventDto[];
}

class PublisherEventsPageDto extends PublisherEventsDto {
  @ApiProperty({ type: Os1Meta, description: 'Where to go on.' })
  meta!: Os1Meta;
}

class DeletedEventsDto {
  @ApiProperty({ type: [String], description: 'Names of the deleted events.', example: ['AvailableUserEvent'] })
  events!: string[];
}

export class PublisherEventsAnswer {
  @ApiProperty({ type: PublisherEventsDto, description: 'The events.' })
  data!: PublisherEventsDto;
}

export class PublisherEventsPageAnswer {
  @ApiProperty({ type: PublisherEventsPageDto, description: 'One page of events.' })
  data!: PublisherEventsPageDto;
}

export class DeletedEventsAnswer {
  @ApiProperty({ type: DeletedEventsDto, description: 'What was deleted.' })
  data!: DeletedEventsDto;
}
