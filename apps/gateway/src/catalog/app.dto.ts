import { LIMITS } from '#domain/limits.js';
import { ApiProperty } from '@nestjs/swagger';
import { APP_PERMISSION } from '../access/key.dto.js';
import { OneOf, Text, TextList } from '../http/fields.js';

const NOT_BLANK = /\S/;
const MATCHES = ['any', 'all'] as const;
type Match = (typeof MATCHES)[number];

const permissions = {
  about: 'What a subscriber’s key must hold to receive this app’s events. Empty: nothing.',
  example: ['get-user-details'],
  optional: true,
  ...APP_PERMISSION,
} as const;

const permissionMatch = {
  about: 'Whether one of the permissions is enough (`any`) or every one is needed (`all`).',
  example: 'any',
  values: MATCHES,
  optional: true,
} as const;

const baseUrl = {
  about: 'Where the app serves its resources; an event type’s `getApiPath` is read under it.',
  example: 'https://users.example.com/app',
  max: LIMITS.urlBytes.max,
  optional: true,
  nullable: true,
} as const;

export class CreateAppDto {
  @Text({ about: 'Name for people, which subscribers see.', example: 'User management', max: LIMITS.nameChars.max, pattern: NOT_BLANK })
  name!: string;

  @TextList(permissions)
  permissions?: string[];

  @OneOf(permissionMatch)
  permissionMatch?: Match;

  @Text(baseUrl)
  baseUrl?: string | null;
}

export class ChangeAppDto {
  @Text({
    about: 'Name for people, which subscribers see.',
    example: 'User management',
    max: LIMITS.nameChars.max,
    pattern: NOT_BLANK,
    optional: true,
  })
  name?: string;

  @TextList(permissions)
  permissions?: string[];

  @OneOf(permissionMatch)
  permissionMatch?: Match;

  @Text(baseUrl)
  baseUrl?: string | null;
}

export class AppDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f' })
  id!: string;

  @ApiProperty({ type: String, description: 'Name for people.', example: 'User management' })
  name!: string;

  @ApiProperty({ type: [String], description: 'What a subscriber’s key must hold. Empty: nothing.', example: ['get-user-details'] })
  permissions!: string[];

  @ApiProperty({ enum: MATCHES, description: 'Whether one of the permissions is enough or every one is needed.', example: 'any' })
  permissionMatch!: Match;

  @ApiProperty({
    type: String,
    description: 'Where the app serves its resources.',
    nullable: true,
    example: 'https://users.example.com/app',
  })
  baseUrl!: string | null;

  @ApiProperty({ type: String, description: 'When it was registered.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, description: 'When it was changed last.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  updatedAt!: string;
}

/** A topic that an app publishes under. */
export class TopicDto {
  @ApiProperty({ description: 'Its name.', example: 'participant' })
  topic!: string;

  @ApiProperty({ type: 'integer', description: 'Event types that are registered under it.', example: 3 })
  eventTypes!: number;
}
