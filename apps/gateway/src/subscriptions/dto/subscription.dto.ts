import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { NativeSubscription } from '../to-native.js';
import { SubscriptionInput } from './subscription-input.dto.js';

class SubscriptionVersionDto {
  @ApiProperty({ type: String, description: 'Name of the key that made it.', example: 'erp-setup', maxLength: 256 })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was made.', example: '2026-11-21T10:00:00.000Z' })
  created!: string;

  @ApiProperty({ type: String, description: 'Name of the key that changed it last.', example: 'erp-setup', maxLength: 256 })
  modifiedBy!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was changed last.', example: '2026-11-21T10:00:00.000Z' })
  modified!: string;

  @ApiProperty({ type: String, description: 'Counts the changes to what it says; its integer is the ETag.', example: '1.0', maxLength: 12 })
  versionNo!: string;
}

/** A subscription as it is answered. Secret headers are `{"secret": true}`. */
export class SubscriptionDto extends SubscriptionInput {
  @ApiProperty({ type: String, description: 'Its id.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB', maxLength: 30 })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'The same id as a uuid.', example: '019aa639-0361-7444-6368-4c07d1f61f6b' })
  uuid!: string;

  @ApiProperty({ type: String, description: 'The same id as a bare ULID.', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB', maxLength: 26 })
  locator!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Its number over all tenants.', example: 7 })
  number!: number;

  @ApiProperty({ type: Boolean, description: 'Whether it is stopped until it is unsuspended.', example: false })
  suspended!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when it is suspended.', example: null })
  suspendedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, maxLength: 1_024, description: 'Why it is suspended.', example: null })
  suspendedReason!: string | null;

  @ApiProperty({ type: Boolean, description: 'Enabled and not suspended.', example: true })
  active!: boolean;

  @ApiProperty({ type: Boolean, description: 'Any certificate of the receiver will do: `tls.verify` is false.', example: false })
  insecure!: boolean;

  @ApiProperty({ type: () => SubscriptionVersionDto, description: 'Who changed it and when.' })
  version!: NativeSubscription['version'];

  @ApiPropertyOptional({
    type: String,
    description: 'The signing secret, shown only where it was made.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    maxLength: 255,
  })
  secret?: string;
}
