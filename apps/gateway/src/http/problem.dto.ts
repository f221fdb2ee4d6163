import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class FieldErrorDto {
  @ApiProperty({ type: String, description: 'JSON Pointer into the request.', example: '/failureHandling/retry/kind' })
  path!: string;

  @ApiProperty({ type: String, description: 'Stable code of the fault.', example: 'invalid_value' })
  code!: string;

  @ApiProperty({
    type: String,
    description: 'For people; may change.',
    example: 'kind must be one of fixed, linear, exponential, random, schedule',
  })
  message!: string;
}

/** RFC 9457. */
export class ProblemDto {
  @ApiProperty({
    type: String,
    description: 'A name for the kind of refusal, `urn:tidings:problem:<code>`.',
    example: 'urn:tidings:problem:invalid_value',
  })
  type!: string;

  @ApiProperty({ type: String, description: 'The words that belong to the status.', example: 'Unprocessable Entity' })
  title!: string;

  @ApiProperty({ type: 'integer', description: 'The HTTP status.', example: 422 })
  status!: number;

  @ApiProperty({ type: String, description: 'Stable code of the refusal.', example: 'invalid_value' })
  code!: string;

  @ApiProperty({
    type: String,
    description: 'For people; may change.',
    example: 'kind must be one of fixed, linear, exponential, random, schedule',
  })
  detail!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'Each faulty member.' })
  errors?: FieldErrorDto[];

  @ApiProperty({ type: String, description: 'The same as the X-Request-Id header.', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  requestId!: string;
}
