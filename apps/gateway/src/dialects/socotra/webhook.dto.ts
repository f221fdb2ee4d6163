import { LIMITS } from '#domain/limits.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, Matches, MaxLength } from 'class-validator';
import { Flag, Nested, OptionalOrNull, Text } from '../../http/fields.js';
import { CreateEndpointRequest, EndpointResponse, MAYBE, UpdateEndpointRequest } from './endpoint.dto.js';
import { FailureHandlingCreateRequest, FailureHandlingResponse, FailureHandlingUpdateRequest } from './failure-handling.dto.js';

/** Socotra's event types are names, not patterns: `policy.quote.issue`. */
const EVENT_TYPE = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const NOT_BLANK = /\S/;
const { max: maxTypes } = LIMITS.eventTypesPerSubscription;

/** Repetitions are no fault: adding what is there is safe. */
const EventTypes = (about: string, optional: boolean, pattern = EVENT_TYPE): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: [String],
      description: about,
      example: ['policy.quote.issue'],
      maxItems: maxTypes,
      required: !optional,
      nullable: optional,
    }),
    ...(optional ? [OptionalOrNull()] : []),
    IsArray(),
    ArrayMaxSize(maxTypes),
    IsString({ each: true }),
    MaxLength(LIMITS.eventTypeChars.max, { each: true }),
    Matches(pattern, { each: true, message: '$property are exact names of event types' }),
  );

const name = { about: 'Name for people.', example: 'Quotes to CRM', max: LIMITS.nameChars.max, pattern: NOT_BLANK };
const enabled = { about: 'Whether events are delivered.', example: true };

export class CreateWebhookRequest {
  @Text(name)
  name!: string;

  @Flag(enabled)
  enabled!: boolean;

  @Nested(() => CreateEndpointRequest, { about: 'Where events go.' })
  endpoint!: CreateEndpointRequest;

  @Nested(() => FailureHandlingCreateRequest, { about: 'What happens when a delivery fails.', ...MAYBE })
  failureHandling?: FailureHandlingCreateRequest | null;

  @EventTypes('Exact names of the event types that are wanted.', false)
  eventTypes!: string[];

  @Flag({ about: 'Only false: there is no automation plugin here.', example: false, ...MAYBE })
  useAutomationPlugin?: boolean | null;
}

export class UpdateWebhookRequest {
  @Text({ ...name, ...MAYBE })
  name?: string | null;

  @Flag({ ...enabled, ...MAYBE })
  enabled?: boolean | null;

  @Nested(() => UpdateEndpointRequest, { about: 'Merges with the endpoint there is.', ...MAYBE })
  endpoint?: UpdateEndpointRequest | null;

  @Nested(() => FailureHandlingUpdateRequest, {
    about: 'Merges with what there is, or with the default after removeFailureHandling.',
    ...MAYBE,
  })
  failureHandling?: FailureHandlingUpdateRequest | null;

  @Flag({ about: 'Back to the default.', example: false, ...MAYBE })
  removeFailureHandling?: boolean | null;

  @EventTypes('Added after the removals.', true)
  addEventTypes?: string[] | null;

  @EventTypes('Taken away; what is also added stays.', true, /./)
  removeEventTypes?: string[] | null;
}

export class WebhookResponse {
  @ApiProperty({ type: String, description: 'ULID', example: '01KAK3HZY3F2J9V8N7B6M5C4X3' }) locator!: string;
  @ApiProperty({ type: String, example: 'Quotes to CRM' }) name!: string;
  @ApiProperty({ type: Boolean, example: true }) enabled!: boolean;
  @ApiProperty({ type: EndpointResponse }) endpoint!: EndpointResponse;
  @ApiProperty({ type: FailureHandlingResponse }) failureHandling!: FailureHandlingResponse;
  @ApiProperty({ type: Boolean, example: false }) suspended!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null }) suspendedAt!: string | null;
  @ApiProperty({ type: [String], example: ['policy.quote.issue'] }) eventTypes!: string[];
}

export class WebhookListResponse {
  @ApiProperty({ type: Boolean, example: true }) listCompleted!: boolean;
  @ApiProperty({ type: [WebhookResponse] }) items!: WebhookResponse[];
}
