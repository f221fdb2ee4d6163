import { LIMITS } from '#domain/limits.js';
import { applyDecorators } from '@nestjs/common';
import { SOCOTRA_PROFILES, type SocotraProfile } from '#domain/tenant.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsObject, Max, Min } from 'class-validator';
import { AsParsed, Flag, Nested, OneOf, Optional, Text } from '../http/fields.js';

const NOT_BLANK = /\S/;
const SLUG = /^[a-z0-9][a-z0-9-]*$/;

const { min: MIN_QUOTA, max: MAX_QUOTA } = LIMITS.quotaPerSecond;

const Quota = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', description, minimum: MIN_QUOTA, maximum: MAX_QUOTA, example: 100 }),
    Optional(),
    IsInt(),
    Min(MIN_QUOTA),
    Max(MAX_QUOTA),
  );

export class TenantQuotasDto {
  @Quota('Requests a second of all its keys together, averaged over ten; absent: RATE_LIMIT_PER_TENANT.')
  tenantPerSecond?: number;

  @Quota('Requests a second of each of its keys, averaged over ten; absent: RATE_LIMIT_PER_CALLER.')
  keyPerSecond?: number;
}

const { min: MIN_DAYS, max: MAX_DAYS } = LIMITS.retentionDays;

const Days = (description: string, example: number): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', description, minimum: MIN_DAYS, maximum: MAX_DAYS, example }),
    Optional(),
    IsInt(),
    Min(MIN_DAYS),
    Max(MAX_DAYS),
  );

export class TenantRetentionDto {
  @Days('Days that an event is kept after the last of its deliveries ended; absent: RETENTION_DAYS, which is also the most.', 7)
  days?: number;

  @Days('The same for an event of which a delivery ended other than delivered; at least `days`; absent: `days`.', 14)
  failedDays?: number;
}

export class TenantSettingsDto {
  @Flag({ about: 'Refuse events whose type no app of the tenant has registered.', example: false, optional: true })
  strictEventTypes?: boolean;

  @OneOf({
    about: 'Which of Socotra’s products the tenant’s Socotra API is shaped like; absent: `insuranceSuite`.',
    example: 'insuranceSuite',
    values: SOCOTRA_PROFILES,
    optional: true,
  })
  socotraProfile?: SocotraProfile;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: `At most ${LIMITS.callbackNames.max} urls by the names that subscriptions may give as their callback; replaced whole.`,
    example: { 'oms.callbacks.log': 'https://oms.example.com/hooks/log' },
  })
  @Optional()
  @AsParsed()
  @IsObject()
  callbacks?: Record<string, string>;
  @Nested(() => TenantRetentionDto, {
    about: 'How long its events are kept, where that is shorter than the deployment keeps them; replaced as a whole, `{}` for the default.',
    optional: true,
  })
  retention?: TenantRetentionDto;

  @Nested(() => TenantQuotasDto, { about: 'How much it may ask of the API; replaced as a whole, `{}` for the defaults.', optional: true })
  quotas?: TenantQuotasDto;
}

export class CreateTenantDto {
  @Text({ about: 'Name for people.', example: 'Acme Ltd', max: LIMITS.nameChars.max, pattern: NOT_BLANK })
  name!: string;

  @Text({ about: 'Unique name for paths; it never changes.', example: 'acme', max: LIMITS.slugChars.max, pattern: SLUG })
  slug!: string;

  @Nested(() => TenantSettingsDto, { about: 'Settings of the tenant.', optional: true })
  settings?: TenantSettingsDto;
}

export class ChangeTenantDto {
  @Text({ about: 'Name for people.', example: 'Acme Ltd', max: LIMITS.nameChars.max, pattern: NOT_BLANK, optional: true })
  name?: string;

  @Nested(() => TenantSettingsDto, { about: 'Laid over the settings that are there.', optional: true })
  settings?: TenantSettingsDto;
}

export class TenantDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ type: String, description: 'The same id as a uuid.', format: 'uuid', example: '019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f' })
  uuid!: string;

  @ApiProperty({ type: String, description: 'Unique name for paths.', example: 'acme' })
  slug!: string;

  @ApiProperty({ type: String, description: 'Name for people.', example: 'Acme Ltd' })
  name!: string;

  @ApiProperty({ type: TenantSettingsDto, description: 'Settings of the tenant.' })
  settings!: TenantSettingsDto;

  @ApiProperty({ type: String, description: 'When it was made.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, description: 'When it was changed last.', format: 'date-time', example: '2026-11-21T10:00:00.000Z' })
  updatedAt!: string;
}
