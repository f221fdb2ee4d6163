import { CHECKS, type Check, type Reason } from '#domain/match/checks.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { Optional } from '../http/fields.js';

export class ExplainQuery {
  @ApiPropertyOptional({
    type: String,
    minLength: 26,
    maxLength: 36,
    description: 'One subscription: `sub_…`, its uuid or its ULID. Absent: all of the tenant.',
    example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB',
  })
  @Optional()
  @IsString()
  @Length(26, 36)
  subscription?: string;
}

export class VerdictDto {
  @ApiProperty({ enum: CHECKS, description: 'What was asked.', example: 'selectors' })
  check!: Check;

  @ApiProperty({ type: Boolean, description: 'Whether it holds.', example: true })
  passed!: boolean;

  @ApiProperty({ type: String, maxLength: 64, description: 'Why: a stable code.', example: 'selector_matched' })
  reason!: Reason;

  @ApiPropertyOptional({ type: String, description: 'For people; may change.', example: '/eventTypes' })
  detail?: string;
}

export class ExplainedDeliveryDto {
  @ApiProperty({ type: String, maxLength: 30, description: 'The delivery’s id.', example: 'dlv_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ type: String, maxLength: 16, description: 'Its state.', example: 'delivered' })
  state!: string;

  @ApiProperty({ type: String, nullable: true, maxLength: 64, description: 'Why it ended.', example: 'acknowledged' })
  reason!: string | null;
}

export class ExplainedRequestDto {
  @ApiProperty({ type: String, description: 'The request’s method.', example: 'POST' })
  method!: string;

  @ApiProperty({ type: String, description: 'The rendered url.', example: 'https://erp.example.com/hooks/42' })
  url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Header lines without the signature; a secret is `***`.',
    example: { 'content-type': ['application/json'], Authorization: ['***'] },
  })
  headers!: Record<string, string[]>;

  @ApiProperty({
    type: String,
    description: 'The body, as text.',
    example: '{"id":"evt_…","type":"order.created","timestamp":"…","data":{}}',
  })
  body!: string;
}

export class ExplainedErrorDto {
  @ApiProperty({ type: String, maxLength: 64, description: 'Stable code.', example: 'template_error' })
  code!: string;

  @ApiProperty({
    type: String,
    description: 'For people; may change.',
    example: 'The url needs a value for /resource/id in its path, and the event has none.',
  })
  detail!: string;
}

export class ExplainedSubscriptionDto {
  @ApiProperty({ type: String, maxLength: 30, description: 'The subscription’s id.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  subscriptionId!: string;

  @ApiProperty({ type: String, maxLength: 256, description: 'Its name.', example: 'Orders to ERP' })
  subscriptionName!: string;

  @ApiProperty({ type: Boolean, description: 'Whether every check holds, as the subscription is now.', example: true })
  matched!: boolean;

  @ApiProperty({ type: () => [VerdictDto], description: 'One verdict per check, in the order of judgement.' })
  verdicts!: VerdictDto[];

  @ApiPropertyOptional({
    type: () => ExplainedDeliveryDto,
    nullable: true,
    description: 'Of a stored event: its delivery to this subscription; null when none was made.',
  })
  delivery?: ExplainedDeliveryDto | null;

  @ApiPropertyOptional({ type: () => ExplainedRequestDto, description: 'Of a dry run: the request a match would get.' })
  request?: ExplainedRequestDto;

  @ApiPropertyOptional({ type: () => ExplainedErrorDto, description: 'Why no request can be made for it.' })
  error?: ExplainedErrorDto;
}

export class ExplanationDto {
  @ApiProperty({
    type: String,
    nullable: true,
    maxLength: 128,
    description: 'The stored event’s id; null for a dry run.',
    example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB',
  })
  eventId!: string | null;

  @ApiProperty({ type: () => [ExplainedSubscriptionDto], maxItems: 200, description: 'Newest subscription first.' })
  items!: ExplainedSubscriptionDto[];

  @ApiPropertyOptional({
    type: String,
    description: 'Said when the tenant has more subscriptions than are shown.',
    example: 'Only the newest 200 subscriptions are shown; name one with ?subscription=.',
  })
  note?: string;
}
