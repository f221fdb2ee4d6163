import { LIMITS } from '#domain/limits.js';
import type { RateLimit, SignatureAlgorithm, SignatureStyle } from '#domain/subscription.js';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsDefined, IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { Optional, OptionalOrNull } from '../../http/fields.js';

const STYLES: SignatureStyle[] = ['standard', 'whisperer', 'socotra', 'none'];
/** It is sent as a header of its own. */
const TAG = /^[!-~]{1,256}$/;
export const SIGNATURE_ALGORITHMS: SignatureAlgorithm[] = ['hmac-sha256', 'ed25519'];

export class SignatureDto {
  @ApiPropertyOptional({
    enum: STYLES,
    default: 'standard',
    description: 'Whose signature headers are sent; `standard` is Standard Webhooks.',
    example: 'standard',
  })
  @Optional()
  @IsIn(STYLES)
  style?: SignatureStyle;

  @ApiPropertyOptional({
    enum: SIGNATURE_ALGORITHMS,
    default: 'hmac-sha256',
    description: '`ed25519` only with the style `standard`.',
    example: 'hmac-sha256',
  })
  @Optional()
  @IsIn(SIGNATURE_ALGORITHMS)
  algorithm?: SignatureAlgorithm;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: LIMITS.nameChars.max,
    description: 'Sent beside a `socotra` signature, to tell the receiver which secret is in use.',
    example: 'v2',
  })
  @OptionalOrNull()
  @Matches(TAG)
  tag?: string | null;
}

export class TlsDto {
  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description: 'Whether the receiver’s certificate has to be valid for its name.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  verify?: boolean;
}

const { rateLimitCount: count, rateLimitWindowSeconds: seconds } = LIMITS;

export class RateLimitDto implements RateLimit {
  @ApiProperty({ type: 'integer', minimum: count.min, maximum: count.max, description: 'Requests in one window.', example: 100 })
  @IsDefined()
  @IsInt()
  @Min(count.min)
  @Max(count.max)
  limit!: number;

  @ApiProperty({
    type: 'integer',
    minimum: seconds.min,
    maximum: seconds.max,
    description: 'Length of the window, in seconds.',
    example: 1,
  })
  @IsDefined()
  @IsInt()
  @Min(seconds.min)
  @Max(seconds.max)
  windowSeconds!: number;
}

export class RateLimitPatchDto extends PartialType(RateLimitDto, { skipNullProperties: false }) {}
