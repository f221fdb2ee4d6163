import { LIMITS } from '#domain/limits.js';
import { AFTER_EXHAUSTION, type AfterExhaustion } from '#domain/order-key.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsIn, IsString, Length } from 'class-validator';
import { Optional } from '../../http/fields.js';

const { min, max } = LIMITS.orderKeyChars;

/** Deliveries of the same key one after another, in the order of their events. */
export class OrderingDto {
  @ApiProperty({
    type: String,
    minLength: min,
    maxLength: max,
    description: 'Pointer into the event as templates see it. Events without a value there keep no order.',
    example: '/resource/id',
  })
  @IsDefined()
  @IsString()
  @Length(min, max)
  key!: string;

  @ApiPropertyOptional({
    type: String,
    enum: AFTER_EXHAUSTION,
    default: 'wait',
    description: 'When a delivery is given up: `wait` holds its key until it was resent, cancelled or discarded; `skip` goes on.',
    example: 'wait',
  })
  @Optional()
  @IsIn(AFTER_EXHAUSTION)
  afterExhaustion?: AfterExhaustion;
}
