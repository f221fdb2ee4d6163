import { LIMITS } from '#domain/limits.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601 } from 'class-validator';
import { Optional, Text, TextList } from '../http/fields.js';
import { PageQuery } from '../http/page.js';

const NOT_BLANK = /\S/;
/** Names that publishers give to what they guard, such as `get-user-details`. */
export const APP_PERMISSION = { pattern: /^[\x21-\x7e]+$/, max: LIMITS.appPermissionChars.max, maxItems: LIMITS.appPermissions.max };
const ID_CHARS = 64;

export class CreateKeyDto {
  @Text({ about: 'Name for people.', example: 'checkout service', max: LIMITS.nameChars.max, pattern: NOT_BLANK })
  name!: string;

  @TextList({
    about:
      'Permissions (`events:publish`, `subscriptions:*`, `*`) or presets: `publisher`, `viewer`, `manager`, `admin`. None that its creator does not hold.',
    example: ['publisher', 'subscriptions:read'],
    minItems: LIMITS.permissionsPerKey.min,
    maxItems: LIMITS.permissionsPerKey.max,
    max: LIMITS.permissionChars.max,
  })
  permissions!: string[];

  @TextList({
    about: 'Publishers’ permissions that the key’s subscriptions hold.',
    example: ['get-user-details'],
    optional: true,
    ...APP_PERMISSION,
  })
  appPermissions?: string[];

  @Text({
    about: 'The publisher app that the key speaks for.',
    example: 'app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f',
    max: ID_CHARS,
    optional: true,
  })
  appId?: string;

  @Text({
    about: 'For an operator: whose key it is; left out, it is an operator’s.',
    example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB',
    max: ID_CHARS,
    optional: true,
  })
  tenantId?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'From when it may be used; absent: at once. Before that it is no key.',
    example: '2026-12-01T00:00:00Z',
  })
  @Optional()
  @IsISO8601({ strict: true, strictSeparator: true })
  startsAt?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When it ends by itself; in the future.',
    example: '2027-01-01T00:00:00Z',
  })
  @Optional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expiresAt?: string;
}

export class KeysQuery extends PageQuery {
  @Text({
    about: 'For an operator: only the keys of this tenant.',
    example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB',
    max: ID_CHARS,
    optional: true,
  })
  tenantId?: string;
}

export class CreatedKeyDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'key_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ type: String, description: 'The key itself. It is shown this once.', example: 'tdg_live_01KAK3J0V1QH6E6T2C0X8ZC3VB_…' })
  key!: string;
}

export class KeyDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'key_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null: an operator’s.', example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  tenantId!: string | null;

  @ApiProperty({ type: String, description: 'Name for people.', example: 'checkout service' })
  name!: string;

  @ApiProperty({ type: String, description: 'What may be shown of the key.', example: 'tdg_live_01KAK3J0V1QH6E6T2C0X8ZC3VB_***' })
  hint!: string;

  @ApiProperty({ type: [String], description: 'What it may do; presets are expanded.', example: ['events:publish'] })
  permissions!: string[];

  @ApiProperty({ type: [String], description: 'Publishers’ permissions that the key’s subscriptions hold.', example: ['get-user-details'] })
  appPermissions!: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The publisher app that the key speaks for; null: none.',
    example: 'app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f',
  })
  appId!: string | null;

  @ApiProperty({
    type: String,
    description: 'From when it may be used; null: at once.',
    format: 'date-time',
    nullable: true,
    example: null,
  })
  startsAt!: string | null;

  @ApiProperty({ type: String, description: 'When it ends by itself; null: never.', format: 'date-time', nullable: true, example: null })
  expiresAt!: string | null;

  @ApiProperty({ type: String, description: 'When it was revoked; null: it was not.', format: 'date-time', nullable: true, example: null })
  revokedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.', example: '2026-11-21T10:00:00.000Z' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, description: 'When it was made.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, description: 'Id of the key that made it, or `bootstrap`.', example: 'key_01KAK3J0V1QH6E6T2C0X8ZC3VA' })
  createdBy!: string;
}
