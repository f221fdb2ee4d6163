import { LIMITS } from '#domain/limits.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsDefined, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Flag, Nested, OneOf, OptionalOrNull } from '../../http/fields.js';
import { CreateEndpointRequest, EndpointResponse, MAYBE, UpdateEndpointRequest } from './endpoint.dto.js';
import type { RetryStrategy } from './retry-strategy.js';
import { TRIGGER } from './triggers.js';

const { max: maxTriggers } = LIMITS.failureTriggers;
const { max: maxSeconds } = LIMITS.retryDelaySeconds;
/** Source: Socotra, "Webhooks", retry strategy. */
const ATTEMPTS = { min: 1, max: 10, byDefault: 3 };

const Triggers = (about: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: [String], description: about, example: ['4xx', '503', 'timeout'], maxItems: maxTriggers }),
    OptionalOrNull(),
    IsArray(),
    ArrayMaxSize(maxTriggers),
    IsString({ each: true }),
    Matches(TRIGGER, { each: true, message: '$property are statuses such as "404", 4xx, 5xx or timeout' }),
  );

class RetryStrategyDto implements RetryStrategy {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: ATTEMPTS.min,
    maximum: ATTEMPTS.max,
    default: ATTEMPTS.byDefault,
    description: 'Attempts in all, the first included.',
    example: ATTEMPTS.byDefault,
  })
  @OptionalOrNull()
  @IsInt()
  @Min(ATTEMPTS.min)
  @Max(ATTEMPTS.max)
  attempts: number = ATTEMPTS.byDefault;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: maxSeconds, description: 'The first wait, in seconds.', example: 60 })
  @IsDefined()
  @IsInt()
  @Min(0)
  @Max(maxSeconds)
  interval!: number;

  @OneOf({ about: 'How the wait grows: by the interval, or twofold.', example: 'exponential', values: ['linear', 'exponential'] })
  type!: 'linear' | 'exponential';
}

class FailureHandlingRequest {
  @Triggers('Failures that are handled: a status such as "404", 4xx, 5xx, or timeout (no answer).')
  triggers?: string[] | null;

  @Nested(() => RetryStrategyDto, { about: 'When to try again; absent: one attempt.', ...MAYBE })
  retryStrategy?: RetryStrategyDto | null;

  @Flag({ about: 'Keep what could not be delivered under `/diverted`.', example: true, ...MAYBE })
  divert?: boolean | null;

  @Flag({ about: 'Suspend the webhook when a delivery is given up.', example: false, ...MAYBE })
  suspend?: boolean | null;
}

export class FailureHandlingCreateRequest extends FailureHandlingRequest {
  @Nested(() => CreateEndpointRequest, { about: 'Where a notice is posted when a delivery is given up.', ...MAYBE })
  alertEndpoint?: CreateEndpointRequest | null;
}

export class FailureHandlingUpdateRequest extends FailureHandlingRequest {
  @Nested(() => UpdateEndpointRequest, { about: 'Merges with the endpoint there is.', ...MAYBE })
  alertEndpoint?: UpdateEndpointRequest | null;

  @Triggers('Triggers to add, after the removals.')
  addTriggers?: string[] | null;

  @Triggers('Triggers to take away.')
  removeTriggers?: string[] | null;

  @Flag({ about: 'Back to one attempt.', example: false, ...MAYBE })
  removeRetryStrategy?: boolean | null;

  @Flag({ about: 'No notices any more.', example: false, ...MAYBE })
  removeAlertEndpoint?: boolean | null;
}

export class FailureHandlingResponse {
  @ApiProperty({ type: [String], example: ['4xx', '5xx', 'timeout'] }) triggers!: string[];
  @ApiPropertyOptional({ type: RetryStrategyDto }) retryStrategy?: RetryStrategy;
  @ApiPropertyOptional({ type: EndpointResponse }) alertEndpoint?: EndpointResponse;
  @ApiProperty({ type: Boolean, example: false }) divert!: boolean;
  @ApiProperty({ type: Boolean, example: false }) suspend!: boolean;
}
