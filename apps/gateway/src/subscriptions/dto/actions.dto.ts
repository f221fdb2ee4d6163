import { LIMITS } from '#domain/limits.js';
import type { SignatureAlgorithm } from '#domain/subscription.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsString, Length, Max, Min } from 'class-validator';
import { AsParsed, Optional } from '../../http/fields.js';
import { SIGNATURE_ALGORITHMS } from './sending.dto.js';
import { EventDto } from '../../publish/publish.dto.js';

export class SuspendSubscription {
  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: LIMITS.suspendReasonChars.max,
    default: 'suspended by an operator',
    description: 'Why, for those who find it suspended.',
    example: 'receiver is being moved',
  })
  @Optional()
  @IsString()
  @Length(1, LIMITS.suspendReasonChars.max)
  reason?: string;
}

export class SendTest {
  @ApiPropertyOptional({
    type: () => EventDto,
    description: 'The event to send, as for publish; a sample when absent. Filters are passed over.',
  })
  @Optional()
  @AsParsed()
  @IsObject()
  event?: EventDto;
}

export class TestSentDto {
  @ApiProperty({ type: String, maxLength: 128, description: 'The event that was made for it.', example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  eventId!: string;

  @ApiProperty({ type: String, maxLength: 30, description: 'Its one delivery.', example: 'dlv_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  deliveryId!: string;
}

const { secretGraceSeconds: grace, plainSecretBytes } = LIMITS;

export class RotateSecret {
  @ApiPropertyOptional({
    type: String,
    minLength: plainSecretBytes.min,
    maxLength: plainSecretBytes.max,
    description: 'The new secret, in the form the signature takes. Made when absent.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  @Optional()
  @IsString()
  @Length(plainSecretBytes.min, plainSecretBytes.max)
  secret?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: grace.min,
    maximum: grace.max,
    default: grace.default,
    description: 'How long the secret before goes on signing; 0: no older secret signs any more.',
    example: 86_400,
  })
  @Optional()
  @IsInt()
  @Min(grace.min)
  @Max(grace.max)
  graceSeconds: number = grace.default;

  @ApiPropertyOptional({
    enum: SIGNATURE_ALGORITHMS,
    description:
      'What the new secret signs with, of a `standard` signature; as before when absent. While the secret before goes on signing, requests carry signatures of both kinds.',
    example: 'ed25519',
  })
  @Optional()
  @IsIn(SIGNATURE_ALGORITHMS)
  algorithm?: SignatureAlgorithm;
}

export class SecretDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'When it was made.', example: '2026-11-21T10:00:00.000Z' })
  created!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when it signs; null: the current one.',
    example: null,
  })
  expiresAt!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether it is the current one.', example: true })
  current!: boolean;

  @ApiPropertyOptional({
    type: String,
    maxLength: 64,
    description: 'What a receiver checks ed25519 signatures with.',
    example: 'whpk_rL0PTTOAs6kHNz1iLVUSe5ROg5p7GHQjTStDkFbSQCE=',
  })
  publicKey?: string;
}

export class SecretListDto {
  @ApiProperty({ type: () => [SecretDto], description: 'Secrets that sign now, the current one first.' })
  items!: SecretDto[];
}

export class RotatedDto extends SecretListDto {
  @ApiProperty({
    type: String,
    maxLength: 255,
    description: 'The new secret; it is shown here and nowhere else.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  secret!: string;
}
