import { LIMITS } from '#domain/limits.js';
import { PAYLOAD_FORMATS, type PayloadFormat } from '#domain/payload/payload-format.js';
import type { LocalizedText, SubscriptionSpec, Templates } from '#domain/subscription.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { AsParsed, Optional, OptionalOrNull } from '../../http/fields.js';
import type { HeaderMap, SubscriptionFields } from '../subscription-fields.js';
import { FailureHandlingDto } from './failure-handling.dto.js';
import { SourceFilterDto, TopicFilterDto } from './selectors.dto.js';
import { RateLimitDto, SignatureDto, TlsDto } from './sending.dto.js';

const METHODS: SubscriptionSpec['method'][] = ['POST', 'PUT', 'PATCH', 'DELETE'];

const text = (what: string, max: number) => ({
  oneOf: [
    { type: 'string', maxLength: max },
    { type: 'object', additionalProperties: { type: 'string', maxLength: max }, maxProperties: LIMITS.locales.max },
  ],
  description: `${what}: one string, or one per locale.`,
});
const map = { type: 'object', additionalProperties: true } as const;

/** A subscription as a client writes it. Whatever is absent takes its default. */
export class SubscriptionInput implements SubscriptionFields {
  @ApiProperty({ ...text('Name', LIMITS.nameChars.max), example: 'Orders to ERP' })
  @AsParsed()
  @IsDefined()
  name!: LocalizedText;

  @ApiPropertyOptional({
    ...text('Description', LIMITS.descriptionChars.max),
    nullable: true,
    example: { 'en-GB': 'Paid orders for the ERP.' },
  })
  @AsParsed()
  @Allow()
  description?: LocalizedText | null;

  @ApiProperty({
    type: String,
    minLength: LIMITS.urlBytes.min,
    maxLength: LIMITS.urlBytes.max,
    description: 'Where to send. Path and query may hold `{/pointer}` placeholders; scheme, host and port are literal.',
    example: 'https://erp.example.com/hooks/{/resource/id}',
  })
  @IsDefined()
  @IsString()
  @Length(LIMITS.urlBytes.min, LIMITS.urlBytes.max)
  url!: string;

  @ApiPropertyOptional({ enum: METHODS, default: 'POST', description: 'The request’s method.', example: 'POST' })
  @Optional()
  @IsIn(METHODS)
  method?: SubscriptionSpec['method'];

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.eventTypeChars.max },
    nullable: true,
    maxItems: LIMITS.eventTypesPerSubscription.max,
    description: 'Event types; `*` stands for any characters. Without this, topics and sources a new subscription gets every event.',
    example: ['order.*'],
  })
  @OptionalOrNull()
  @IsArray()
  @ArrayMaxSize(LIMITS.eventTypesPerSubscription.max)
  @IsString({ each: true })
  eventTypes?: string[] | null;

  @ApiPropertyOptional({
    type: () => [TopicFilterDto],
    nullable: true,
    maxItems: LIMITS.topicsPerSubscription.max,
    description: 'Events about resources; one topic that holds suffices.',
  })
  @OptionalOrNull()
  @IsArray()
  @ArrayMaxSize(LIMITS.topicsPerSubscription.max)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => TopicFilterDto)
  topics?: TopicFilterDto[] | null;

  @ApiPropertyOptional({
    type: () => [SourceFilterDto],
    nullable: true,
    maxItems: LIMITS.sourcesPerSubscription.max,
    description: 'Events of publishers’ apps; one source that holds suffices.',
  })
  @OptionalOrNull()
  @IsArray()
  @ArrayMaxSize(LIMITS.sourcesPerSubscription.max)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SourceFilterDto)
  sources?: SourceFilterDto[] | null;

  @ApiPropertyOptional({
    ...map,
    nullable: true,
    description: `JSON Logic over the whole event, at most ${LIMITS.filterNodes.max} nodes and ${LIMITS.filterDepth.max} levels; what it says no to is not delivered.`,
    example: { '===': [{ var: 'data.state' }, 'paid'] },
  })
  @AsParsed()
  @Allow()
  filter?: unknown;

  @ApiPropertyOptional({
    ...map,
    nullable: true,
    description:
      `At most ${LIMITS.headersPerSubscription.max} header lines and ${LIMITS.headersBytes.max} bytes: a template, a list of them, or {"value", "secret"}. ` +
      'A secret is kept encrypted, sent as it is and never shown; {"secret": true} keeps the stored one.',
    example: { 'X-Env': 'prod', Department: '{/resource/department}', Authorization: { value: 'Bearer …', secret: true } },
  })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  headers?: HeaderMap | null;

  @ApiPropertyOptional({
    ...map,
    nullable: true,
    description: `Bodies by \`<resourceType>.<contentTypeId>\`, \`<resourceType>\` or \`*\`: JSON or a string with {/pointer} placeholders, at most ${LIMITS.templateBytes.max} bytes each.`,
    example: { entry: { event: '{/event/name}' }, '*': '{/}' },
  })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  templates?: Templates | null;

  @ApiPropertyOptional({
    enum: PAYLOAD_FORMATS,
    default: 'standard',
    description: 'The shape of a body that no template makes.',
    example: 'standard',
  })
  @Optional()
  @IsIn(PAYLOAD_FORMATS)
  format?: PayloadFormat;

  @ApiPropertyOptional({ type: () => SignatureDto, description: 'How requests are signed.' })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => SignatureDto)
  signature?: SignatureDto;

  @ApiPropertyOptional({ type: () => TlsDto, description: 'How far the receiver’s certificate is trusted.' })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => TlsDto)
  tls?: TlsDto;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Whether the endpoint has to show that it expects deliveries. Until it has answered a challenge the subscription is suspended ' +
      '(`endpoint_unverified`); another url has to answer anew. The url then has no placeholders.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  endpointCheck?: boolean;

  @ApiPropertyOptional({ type: () => FailureHandlingDto, nullable: true, description: 'What happens when a delivery fails.' })
  @OptionalOrNull()
  @IsObject()
  @ValidateNested()
  @Type(() => FailureHandlingDto)
  failureHandling?: FailureHandlingDto | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: LIMITS.timeoutMs.min,
    maximum: LIMITS.timeoutMs.max,
    default: LIMITS.timeoutMs.default,
    description: 'How long one attempt may take in all, in milliseconds.',
    example: 15_000,
  })
  @Optional()
  @IsInt()
  @Min(LIMITS.timeoutMs.min)
  @Max(LIMITS.timeoutMs.max)
  timeoutMs?: number;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: LIMITS.maxConcurrency.min,
    maximum: LIMITS.maxConcurrency.max,
    description: 'Requests under way at once, over all dispatchers.',
    example: 8,
  })
  @OptionalOrNull()
  @IsInt()
  @Min(LIMITS.maxConcurrency.min)
  @Max(LIMITS.maxConcurrency.max)
  maxConcurrency?: number | null;

  @ApiPropertyOptional({ type: () => RateLimitDto, nullable: true, description: 'Requests per window, over all dispatchers.' })
  @OptionalOrNull()
  @IsObject()
  @ValidateNested()
  @Type(() => RateLimitDto)
  rateLimit?: RateLimitDto | null;

  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description: 'Whether events are delivered. Events that come while it is false are not delivered later.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({
    ...map,
    nullable: true,
    description: `The client’s own notes, at most ${LIMITS.metadataBytes.max} bytes as JSON; nothing reads them.`,
    example: { team: 'erp' },
  })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  metadata?: Record<string, unknown> | null;
}
