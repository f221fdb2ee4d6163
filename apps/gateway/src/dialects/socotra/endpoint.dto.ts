import { LIMITS } from '#domain/limits.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, ValidateBy } from 'class-validator';
import { AsParsed, Flag, OptionalOrNull, Text, TextList } from '../../http/fields.js';

/** Socotra's `boolean?` and the like: absent, or null, which says no more. */
export const MAYBE = { optional: true, nullable: true } as const;

/** `map<string, string[]>`: a header may have several values. */
export type HeaderLists = Record<string, string[]>;

const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

const HeaderMap = (about: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      description: about,
      example: { 'X-Env': ['prod'] },
    }),
    OptionalOrNull(),
    AsParsed(),
    IsObject(),
    ValidateBy({
      name: 'invalid_type',
      validator: {
        validate: (value: unknown) => typeof value === 'object' && value !== null && Object.values(value).every(isListOfTexts),
        defaultMessage: () => '$property must be lists of texts by header name',
      },
    }),
  );

const { min: minUrl, max: maxUrl } = LIMITS.urlBytes;
const url = { about: 'Where events are posted.', example: 'https://hooks.example.com/socotra', min: minUrl, max: maxUrl };
const { max: maxSecret } = LIMITS.plainSecretBytes;
/** Sent in a header of its own. Empty: none. */
const TAG = /^[!-~]*$/;

/** What only Insurance Suite has. */
class SignedEndpointDto {
  @Flag({ about: 'Whether `Socotra-Signature` is sent; absent: when there is a secret.', example: true, ...MAYBE })
  hmacEnabled?: boolean | null;

  @Text({ about: 'The signing secret; it is never shown again.', example: 's3cr3t-of-mine', min: 0, max: maxSecret, ...MAYBE })
  secret?: string | null;

  @Flag({ about: 'Whether the receiver’s certificate must be valid.', example: true, ...MAYBE })
  secureSsl?: boolean | null;

  @Text({ about: 'Sent beside the signature, to tell which secret is in use.', example: 'v2', min: 0, max: 256, pattern: TAG, ...MAYBE })
  tag?: string | null;
}

export class CreateEndpointRequest extends SignedEndpointDto {
  @Text(url)
  url!: string;

  @HeaderMap('Headers of every request; each may have several values. Required by Enterprise Core.')
  headers?: HeaderLists | null;
}

export class UpdateEndpointRequest extends SignedEndpointDto {
  @Text({ ...url, ...MAYBE })
  url?: string | null;

  @HeaderMap('Headers to set, after the removals; a header that is there is replaced.')
  addHeaders?: HeaderLists | null;

  @TextList({
    about: 'Names of headers to take away, in any case.',
    example: ['X-Env'],
    maxItems: LIMITS.headersPerSubscription.max,
    max: LIMITS.headerNameChars.max,
    ...MAYBE,
  })
  removeHeaders?: string[] | null;
}

export class EndpointResponse {
  @ApiPropertyOptional({ type: Boolean, example: true }) hmacEnabled?: boolean;
  @ApiPropertyOptional({ type: String, description: '`***` when there is one, else empty.', example: '***' }) secret?: string;
  @ApiPropertyOptional({ type: Boolean, example: true }) secureSsl?: boolean;
  @ApiPropertyOptional({ type: String, description: 'Empty when there is none.', example: 'v2' }) tag?: string;
  @ApiProperty({ type: String, example: 'https://hooks.example.com/socotra' }) url!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } }, example: { 'X-Env': ['prod'] } })
  headers!: HeaderLists;
}
