import { ApiProperty } from '@nestjs/swagger';
import { FieldErrorDto } from '../../http/problem.dto.js';

class AdditionalInfoDto {
  @ApiProperty({ type: [FieldErrorDto], description: 'The members at fault; paths are JSON Pointers into the request.' })
  errorTrace!: FieldErrorDto[];
}

class ErrorDto {
  @ApiProperty({ type: String, description: 'Stable.', example: 'unknown_event' })
  code!: string;

  @ApiProperty({ type: String, description: 'For people.', example: 'No app has registered this event under the topic.' })
  description!: string;

  @ApiProperty({ type: AdditionalInfoDto, description: 'Where the fault is.' })
  additionalInfo!: AdditionalInfoDto;
}

class RequestDto {
  @ApiProperty({ type: String, description: 'Its path.', example: '/core/api/v1/webhooks/subscriptions' })
  uri!: string;

  @ApiProperty({ type: String, description: 'Its method.', example: 'POST' })
  method!: string;

  @ApiProperty({ type: String, description: 'Its query.', example: 'limit=20' })
  queryString!: string;

  @ApiProperty({
    type: Object,
    description: 'Its body, secrets masked; null: none, none that could be read, or a long one.',
    nullable: true,
  })
  body!: unknown;
}

/** Every refusal. Source: OS1, API reference, responses. */
export class Os1ErrorDto {
  @ApiProperty({ type: ErrorDto, description: 'What was refused.' })
  error!: ErrorDto;

  @ApiProperty({ type: RequestDto, description: 'The request, repeated.' })
  request!: RequestDto;
}
