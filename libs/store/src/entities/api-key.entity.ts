import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn('uuid') id!: string;
  /** null: the operator's. */
  @Column('uuid', { name: 'tenant_id', nullable: true }) tenantId!: string | null;
  @Column('text') name!: string;
  /** SHA-256 of the whole key: a random 256-bit secret needs no slow hash. */
  @Column('bytea') hash!: Buffer;
  /** The part of the key that may be shown. */
  @Column('text') hint!: string;
  @Column('text', { array: true }) permissions!: string[];
  @Column('text', { name: 'app_permissions', array: true }) appPermissions!: string[];
  /** The publisher app that the key speaks for; null: none. */
  @Column('uuid', { name: 'app_id', nullable: true }) appId!: string | null;
  /** null: from the moment it was made. */
  @Column('timestamptz', { name: 'starts_at', nullable: true }) startsAt!: Date | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column('text', { name: 'created_by' }) createdBy!: string;
}
