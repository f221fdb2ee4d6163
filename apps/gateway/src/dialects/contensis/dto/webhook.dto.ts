import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse, OmitType } from '@nestjs/swagger';
import { WriteWebhook } from './write-webhook.dto.js';

class WebhookVersion {
  @ApiProperty({ type: String, description: 'Name of the key that made it.', example: 't.durden' })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was made.', example: '2020-09-01T08:59:49Z' })
  created!: string;

  @ApiProperty({ type: String, description: 'Name of the key that changed it last.', example: 'm.singer' })
  modifiedBy!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was changed last.', example: '2020-09-05T08:59:49Z' })
  modified!: string;

  @ApiProperty({ type: String, description: 'Steps from "1.0" to "2.0"; a replacement names it.', example: '1.0' })
  versionNo!: string;
}

/** A webhook subscription as it is answered. */
export class WebhookDto extends OmitType(WriteWebhook, ['invokeUrl']) {
  @ApiProperty({ type: String, format: 'uuid', description: 'Its id.', example: '3a7ce8e3-9c9f-4242-be20-35edb29c4a07' })
  id!: string;

  @ApiProperty({ type: WebhookVersion, description: 'Who made and changed it, and its number.' })
  version!: WebhookVersion;
}

class FaultDto {
  @ApiProperty({ type: String, description: 'The faulty member.', example: 'version.versionNo' })
  field!: string;

  @ApiProperty({ type: String, description: 'For people; may change.', example: 'This is not the latest.' })
  message!: string;
}

class WebhookErrorDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'Names the request in our log.',
    example: '019aa639-0361-7444-6368-4c07d1f61f6b',
  })
  logId!: string;

  @ApiProperty({
    type: String,
    description: 'For people; may change.',
    example: 'There are validation errors in the webhook subscription.',
  })
  message!: string;

  @ApiProperty({ type: [FaultDto], description: 'Each faulty member.' })
  data!: FaultDto[];

  @ApiProperty({ type: String, description: 'Kind of the refusal.', example: 'Validation' })
  type!: string;
}

const REFUSALS: [status: number, description: string][] = [
  [400, 'An invalid payload was sent in the request.'],
  [401, 'No valid API key.'],
  [403, 'The key does not hold the permission.'],
  [404, 'There is no such subscription, or the project is not the key’s own.'],
  [409, 'At odds with what is stored.'],
  [413, 'The body is too large.'],
  [415, 'The body is not JSON in UTF-8.'],
  [422, 'Validation errors, a version that is not the current one among them.'],
  [429, 'Too many requests. Try again after Retry-After.'],
  [500, 'Internal server error.'],
  [503, 'Not right now. Try again after Retry-After.'],
];

/** Documents the refusals of this API in its own shape. */
export const ApiWebhookErrors = (): ClassDecorator & MethodDecorator =>
  applyDecorators(...REFUSALS.map(([status, description]) => ApiResponse({ status, description, type: WebhookErrorDto })));
