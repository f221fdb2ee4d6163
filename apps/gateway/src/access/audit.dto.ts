import { AUDIT_ACTIONS, type AuditAction } from '#domain/audit.js';
import { ApiProperty } from '@nestjs/swagger';
import { TimesQuery } from '../deliveries/list-queries.js';
import { OneOf, Text } from '../http/fields.js';

const ID_CHARS = 64;
/** The longest is an event type's: its app, its topic and its name. */
const OBJECT_CHARS = 600;

export class AuditQuery extends TimesQuery {
  @Text({ about: 'The key that did it.', example: 'key_01KAK3J0V1QH6E6T2C0X8ZC3VB', max: ID_CHARS, optional: true })
  actor?: string;

  @OneOf({ about: 'What was done.', example: 'subscription.changed', values: AUDIT_ACTIONS, optional: true })
  action?: AuditAction;

  @Text({ about: 'What it was done to, by its id.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB', max: OBJECT_CHARS, optional: true })
  object?: string;

  @Text({ about: 'For an operator: only this tenant’s.', example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB', max: ID_CHARS, optional: true })
  tenantId?: string;
}

export class AuditActorDto {
  @ApiProperty({ type: String, nullable: true, description: 'Null: no key, the system itself.', example: 'key_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  keyId!: string | null;

  @ApiProperty({ type: String, description: 'Name of the key at that time.', example: 'checkout service' })
  name!: string;
}

export class AuditEntryDto {
  @ApiProperty({ type: String, description: 'Its id.', example: 'aud_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was done.', example: '2026-11-21T10:00:00.000Z' })
  at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Whose things it concerns; null: the operator’s.',
    example: 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB',
  })
  tenantId!: string | null;

  @ApiProperty({ type: AuditActorDto, description: 'Who did it.' })
  actor!: AuditActorDto;

  @ApiProperty({ enum: AUDIT_ACTIONS, description: 'What was done.', example: 'subscription.changed' })
  action!: AuditAction;

  @ApiProperty({ type: String, description: 'What it was done to, by its id.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  object!: string;

  @ApiProperty({ type: [String], description: 'Members that were changed, by name; never their values.', example: ['tls.verify', 'url'] })
  changed!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'Where the request came from.', example: '203.0.113.7' })
  ip!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'X-Request-Id of the request.', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  requestId!: string | null;
}
