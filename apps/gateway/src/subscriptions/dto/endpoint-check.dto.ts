import type { EndpointCheck } from '#store/endpoint-check.store.js';
import { ApiProperty } from '@nestjs/swagger';

const STATES: EndpointCheckDto['state'][] = ['off', 'pending', 'verified', 'failed'];

/** How far an endpoint has come in showing that it expects deliveries. */
export class EndpointCheckDto {
  @ApiProperty({
    enum: STATES,
    description: '`off`: nothing is asked of it; `failed`: it was asked often enough, and is asked again only on request.',
    example: 'verified',
  })
  state!: EndpointCheck['state'] | 'off';

  @ApiProperty({ type: String, description: 'The url that was asked.', example: 'https://erp.example.com/hooks', maxLength: 8_192 })
  url!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How often it was asked.', example: 1 })
  tries!: number;

  @ApiProperty({ type: String, nullable: true, description: 'What was wrong with its last answer.', example: null, maxLength: 256 })
  lastError!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was asked last.', example: null })
  checkedAt!: string | null;
}

export const toCheckDto = ({ checkedAt, ...check }: Omit<EndpointCheck, 'state'> & Pick<EndpointCheckDto, 'state'>): EndpointCheckDto => ({
  ...check,
  checkedAt: checkedAt?.toISOString() ?? null,
});
