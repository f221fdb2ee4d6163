import { LIMITS } from '#domain/limits.js';
import type { RetryPolicy } from '#domain/subscription.js';
import { ApiProperty, type ApiPropertyOptions, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { Allow, ArrayMaxSize, IsArray, IsBoolean, IsDefined, IsObject, IsString, Length, ValidateNested } from 'class-validator';
import { AsParsed, Optional, OptionalOrNull } from '../../http/fields.js';
import type { FailureHandlingPatch } from '../apply-patch.js';
import type { AlertEndpointFields, FailureHandlingFields, HeaderInput, HeaderMap } from '../subscription-fields.js';

const { min: minUrl, max: maxUrl } = LIMITS.urlBytes;
const { max: maxTriggers } = LIMITS.failureTriggers;

const alertUrl = {
  description: 'Where the notice is posted; literal, no placeholders.',
  example: 'https://alerts.example.com/webhooks',
  minLength: minUrl,
  maxLength: maxUrl,
};
const alertHeaders = {
  type: 'object',
  additionalProperties: true,
  description: 'Headers of the notice, as for the subscription but literal.',
  example: { 'X-Team': 'erp' },
} as const;

export class AlertEndpointDto implements AlertEndpointFields {
  @ApiProperty({ ...alertUrl, type: String })
  @IsDefined()
  @IsString()
  @Length(minUrl, maxUrl)
  url!: string;

  @ApiPropertyOptional({ ...alertHeaders, nullable: true })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  headers?: HeaderMap | null;
}

export class AlertEndpointPatchDto {
  @ApiPropertyOptional({ ...alertUrl, type: String })
  @Optional()
  @IsString()
  @Length(minUrl, maxUrl)
  url?: string;

  @ApiPropertyOptional({ ...alertHeaders, nullable: true })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  headers?: Record<string, HeaderInput | null> | null;
}

/** `timeout` and `network` are the longest. */
const triggers = (description: string, example: string[]): ApiPropertyOptions => ({
  type: [String],
  description,
  example,
  maxItems: maxTriggers,
});

/** What happens when a delivery fails. Each member that is absent takes its default. */
export class FailureHandlingDto implements FailureHandlingFields {
  @ApiPropertyOptional(
    triggers('Failures that are handled: a status such as "404", or 1xx, 3xx, 4xx, 5xx, timeout, network.', [
      '4xx',
      '5xx',
      'timeout',
      'network',
    ]),
  )
  @Optional()
  @IsArray()
  @ArrayMaxSize(maxTriggers)
  @IsString({ each: true })
  triggers?: string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'When to try again: kind `fixed`, `linear`, `exponential`, `random` or `schedule` with its numbers in seconds, `maxAttempts` ' +
      `(${LIMITS.retryAttempts.min} to ${LIMITS.retryAttempts.max}, the first included) and \`jitter\` (0 to 1). null: one attempt.`,
    example: { kind: 'schedule', delaysSeconds: [0, 5, 300], jitter: 0.2, maxAttempts: 3 },
  })
  @AsParsed()
  @Allow()
  retry?: RetryPolicy | null;

  @ApiPropertyOptional({
    type: () => AlertEndpointDto,
    nullable: true,
    description: 'Where a notice is posted when a delivery is given up.',
  })
  @OptionalOrNull()
  @IsObject()
  @ValidateNested()
  @Type(() => AlertEndpointDto)
  alertEndpoint?: AlertEndpointDto | null;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Keep what could not be delivered for an operator (`diverted`) instead of `failed`.',
    default: false,
    example: false,
  })
  @Optional()
  @IsBoolean()
  divert?: boolean;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Suspend the subscription when a delivery is given up.',
    default: false,
    example: false,
  })
  @Optional()
  @IsBoolean()
  suspend?: boolean;
}

export class FailureHandlingPatchDto extends OmitType(FailureHandlingDto, ['retry', 'alertEndpoint']) implements FailureHandlingPatch {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Merges with a policy of the same kind; null: one attempt.',
    example: { maxAttempts: 5 },
  })
  @AsParsed()
  @Allow()
  retry?: Partial<RetryPolicy> | null;

  @ApiPropertyOptional({
    type: () => AlertEndpointPatchDto,
    nullable: true,
    description: 'Merges with the endpoint there is; null takes it away.',
  })
  @OptionalOrNull()
  @IsObject()
  @ValidateNested()
  @Type(() => AlertEndpointPatchDto)
  alertEndpoint?: AlertEndpointPatchDto | null;

  @ApiPropertyOptional(triggers('Triggers to add.', ['404']))
  @Optional()
  @IsArray()
  @ArrayMaxSize(maxTriggers)
  @IsString({ each: true })
  addTriggers?: string[];

  @ApiPropertyOptional(triggers('Triggers to take away; what is also added stays.', ['4xx']))
  @Optional()
  @IsArray()
  @ArrayMaxSize(maxTriggers)
  @IsString({ each: true })
  removeTriggers?: string[];
}
