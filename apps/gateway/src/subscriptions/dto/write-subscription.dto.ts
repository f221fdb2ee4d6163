import { LIMITS } from '#domain/limits.js';
import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsDefined, IsObject, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { AsParsed, Optional, OptionalOrNull } from '../../http/fields.js';
import type { SubscriptionPatch } from '../apply-patch.js';
import type { HeaderInput, HeaderMap } from '../subscription-fields.js';
import { FailureHandlingPatchDto } from './failure-handling.dto.js';
import { RateLimitPatchDto } from './sending.dto.js';
import { SubscriptionInput } from './subscription-input.dto.js';

const { max: maxEventTypes } = LIMITS.eventTypesPerSubscription;
const eventType = { type: 'string', maxLength: LIMITS.eventTypeChars.max } as const;
const { max: maxHeaders } = LIMITS.headersPerSubscription;

export class CreateSubscription extends SubscriptionInput {
  @ApiPropertyOptional({
    type: String,
    minLength: LIMITS.plainSecretBytes.min,
    maxLength: LIMITS.plainSecretBytes.max,
    description: 'The signing secret, in the form its signature takes: `whsec_` and the base64 of 24 to 64 bytes. Made when absent.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  @Optional()
  @IsString()
  @Length(LIMITS.plainSecretBytes.min, LIMITS.plainSecretBytes.max)
  secret?: string;
}

export class VersionDto {
  @ApiProperty({ type: String, minLength: 3, maxLength: 12, description: 'The version that the change was made for.', example: '3.0' })
  @IsDefined()
  @IsString()
  @Matches(/^[1-9]\d{0,9}\.0$/, { message: 'A version is written 3.0.' })
  versionNo!: string;
}

const version = {
  type: () => VersionDto,
  description: 'What If-Match says, in the body: the change is refused when there is a newer version.',
};

export class ReplaceSubscription extends SubscriptionInput {
  @ApiPropertyOptional(version)
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => VersionDto)
  version?: VersionDto;
}

/** Changes to a subscription. Objects merge member by member, lists are replaced; null clears what may be empty. */
export class PatchSubscription
  extends PartialType(OmitType(SubscriptionInput, ['headers', 'failureHandling', 'rateLimit']), { skipNullProperties: false })
  implements SubscriptionPatch
{
  @ApiPropertyOptional(version)
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => VersionDto)
  version?: VersionDto;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Headers to set; null takes one away.',
    example: { 'X-Env': 'test', 'X-Old': null },
  })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  headers?: Record<string, HeaderInput | null> | null;

  @ApiPropertyOptional({ type: () => FailureHandlingPatchDto, nullable: true, description: 'Merges member by member; null: the default.' })
  @OptionalOrNull()
  @IsObject()
  @ValidateNested()
  @Type(() => FailureHandlingPatchDto)
  failureHandling?: FailureHandlingPatchDto | null;

  @ApiPropertyOptional({ type: () => RateLimitPatchDto, nullable: true, description: 'Merges member by member; null: no limit.' })
  @OptionalOrNull()
  @IsObject()
  @ValidateNested()
  @Type(() => RateLimitPatchDto)
  rateLimit?: RateLimitPatchDto | null;

  @ApiPropertyOptional({
    type: 'array',
    items: eventType,
    maxItems: maxEventTypes,
    description: 'Event types to add.',
    example: ['invoice.*'],
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(maxEventTypes)
  @IsString({ each: true })
  addEventTypes?: string[];

  @ApiPropertyOptional({
    type: 'array',
    items: eventType,
    maxItems: maxEventTypes,
    description: 'Event types to take away, as written; what is also added stays.',
    example: ['order.*'],
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(maxEventTypes)
  @IsString({ each: true })
  removeEventTypes?: string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Headers to set, after removals.',
    example: { 'X-Env': 'prod' },
  })
  @Optional()
  @AsParsed()
  @IsObject()
  addHeaders?: HeaderMap;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.headerNameChars.max },
    maxItems: maxHeaders,
    description: 'Names of headers to take away, without regard to case.',
    example: ['X-Env'],
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(maxHeaders)
  @IsString({ each: true })
  removeHeaders?: string[];
}
