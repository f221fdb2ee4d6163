import type { AuditAction } from '#domain/audit.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('audit_entries')
export class AuditEntryEntity {
  @PrimaryColumn('uuid') id!: string;
  /** null: the operator's own. */
  @Column('uuid', { name: 'tenant_id', nullable: true }) tenantId!: string | null;
  /** null: no key, the system itself. */
  @Column('uuid', { name: 'actor_key_id', nullable: true }) actorKeyId!: string | null;
  @Column('text') actor!: string;
  @Column('text') action!: AuditAction;
  /** The public id of what it was done to. */
  @Column('text') object!: string;
  /** Names of members, never their values. */
  @Column('text', { array: true }) changed!: string[];
  @Column('text', { nullable: true }) ip!: string | null;
  @Column('text', { name: 'request_id', nullable: true }) requestId!: string | null;
  @Column({ type: 'timestamptz', insert: false }) at!: Date;
}
