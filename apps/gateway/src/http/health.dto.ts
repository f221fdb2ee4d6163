import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  @ApiProperty({ type: String, enum: ['ok', 'unavailable'], description: 'Whether all checks are well.', example: 'ok' })
  status!: 'ok' | 'unavailable';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['ok', 'failed'] },
    description: 'Each check by its name.',
    example: { postgres: 'ok' },
  })
  checks!: Record<string, 'ok' | 'failed'>;
}
