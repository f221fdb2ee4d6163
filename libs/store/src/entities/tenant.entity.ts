import type { TenantRetention } from '#domain/retention.js';
import type { SocotraProfile, TenantQuotas } from '#domain/tenant.js';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

export interface TenantSettings {
  /** Refuse events whose type no app has registered. */
  strictEventTypes?: boolean;
  /** Whose shapes the tenant's Socotra API has; absent: `insuranceSuite`. */
  socotraProfile?: SocotraProfile;
  /** Urls by the names that subscriptions may give as their callback. */
  callbacks?: Record<string, string>;
  /** In place of the defaults. */
  quotas?: TenantQuotas;
  /** Shorter than the deployment's. */
  retention?: TenantRetention;
}

@Entity('tenants')
export class TenantEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') slug!: string;
  @Column('text') name!: string;
  @Column('jsonb') settings!: TenantSettings;
  @Column({ type: 'bigint', name: 'catalog_version', insert: false, update: false }) catalogVersion!: string;
  @Column({ type: 'bigint', name: 'registry_version', insert: false, update: false }) registryVersion!: string;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' }) updatedAt!: Date;
}
