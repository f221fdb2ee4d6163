import type { SubscriptionSpec } from '#domain/subscription.js';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('subscriptions')
export class SubscriptionEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'tenant_id' }) tenantId!: string;
  @Column({ type: 'bigint', insert: false, update: false }) number!: string;
  /** The key whose permissions the subscription lives by: the last one that wrote it. */
  @Column('uuid', { name: 'owner_key_id', nullable: true }) ownerKeyId!: string | null;
  /** Secret headers stand in it by name with no values; their values are in `secretHeaders`. */
  @Column('json') spec!: SubscriptionSpec;
  /** Header name → sealed value. */
  @Column('jsonb', { name: 'secret_headers' }) secretHeaders!: Record<string, string>;
  /** The secret of `spec.auth`, sealed; null without any. */
  @Column('text', { name: 'auth_secret', nullable: true }) authSecret!: string | null;
  @Column('text', { nullable: true }) dialect!: string | null;
  @Column('jsonb', { name: 'dialect_fields' }) dialectFields!: Record<string, unknown>;
  @Column('boolean') enabled!: boolean;
  @Column('timestamptz', { name: 'suspended_at', nullable: true }) suspendedAt!: Date | null;
  @Column('text', { name: 'suspended_reason', nullable: true }) suspendedReason!: string | null;
  @Column('integer', { name: 'timeout_ms' }) timeoutMs!: number;
  @Column('integer', { name: 'max_concurrency', nullable: true }) maxConcurrency!: number | null;
  @Column('integer', { name: 'rate_limit', nullable: true }) rateLimit!: number | null;
  @Column('integer', { name: 'rate_window_seconds', nullable: true }) rateWindowSeconds!: number | null;
  @Column('text', { nullable: true }) ordering!: 'wait' | 'skip' | null;
  @Column('integer', { name: 'version_no' }) versionNo!: number;
  @Column({ type: 'bigint', name: 'catalog_version', insert: false, update: false }) catalogVersion!: string;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('timestamptz', { name: 'modified_at' }) modifiedAt!: Date;
  @Column('text', { name: 'modified_by' }) modifiedBy!: string;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
}
