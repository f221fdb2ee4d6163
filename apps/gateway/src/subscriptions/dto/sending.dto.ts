import { LIMITS } from '#domain/limits.js';
import type { RateLimit, SignatureAlgorithm, SignatureStyle } from '#domain/subscription.js';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsDefined, IsIn, IsInt, Matches, Max, Min, ValidateBy } from 'class-validator';
import { AsParsed, Nested, Optional, OptionalOrNull, Text } from '../../http/fields.js';
import type { TlsFields } from '../subscription-fields.js';

const STYLES: SignatureStyle[] = ['standard', 'whisperer', 'socotra', 'none'];
/** It is sent as a header of its own. */
const TAG = /^[!-~]{1,256}$/;
const ALGORITHMS: SignatureAlgorithm[] = ['hmac-sha256', 'ed25519'];

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
    enum: ALGORITHMS,
    default: 'hmac-sha256',
    description: '`ed25519` only with the style `standard`.',
    example: 'hmac-sha256',
  })
  @Optional()
  @IsIn(ALGORITHMS)
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

const PEM = (what: string): string => `-----BEGIN ${what}-----\nMIIB…\n-----END ${what}-----\n`;

/** Text, or what stands for the text that is stored. */
const IsPrivateKey = (): PropertyDecorator =>
  ValidateBy({
    name: 'invalid_type',
    validator: {
      validate: (value: unknown) => (typeof value === 'string' && value !== '') || isStoredSecret(value),
      defaultMessage: () => '$property is text, or {"secret": true} for the stored one',
    },
  });

const isStoredSecret = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'secret' in value && value.secret === true && Object.keys(value).length === 1;

export class ClientCertificateDto {
  @Text({ about: 'Certificate in PEM, followed by those in between.', max: LIMITS.tlsCertificateBytes.max, example: PEM('CERTIFICATE') })
  certificate!: string;

  @ApiProperty({
    oneOf: [
      { type: 'string', minLength: 1, maxLength: LIMITS.tlsPrivateKeyBytes.max },
      { type: 'object', properties: { secret: { type: 'boolean', enum: [true] } }, required: ['secret'], additionalProperties: false },
    ],
    description: 'Its private key in PEM, without a passphrase. Kept encrypted and never shown; `{"secret": true}` keeps the stored one.',
    example: PEM('PRIVATE KEY'),
  })
  @AsParsed()
  @IsPrivateKey()
  privateKey!: string | { secret: true };
}

export class TlsDto implements TlsFields {
  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description: 'Whether the receiver’s certificate has to be valid for its name.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  verify?: boolean;

  @Text({
    about: 'Certificates in PEM that the receiver’s own has to lead to, in place of the public ones.',
    max: LIMITS.tlsCaBytes.max,
    example: PEM('CERTIFICATE'),
    optional: true,
    nullable: true,
  })
  ca?: string | null;

  @Nested(() => ClientCertificateDto, { about: 'Shown to the receiver (mutual TLS).', optional: true, nullable: true })
  clientCertificate?: ClientCertificateDto | null;
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
