import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

@Entity('event_types')
export class EventTypeEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'tenant_id' }) tenantId!: string;
  @Column('uuid', { name: 'app_id' }) appId!: string;
  @Column('text') topic!: string;
  @Column('text') name!: string;
  @Column('text', { nullable: true }) description!: string | null;
  @Column('text', { name: 'event_type', nullable: true }) eventType!: string | null;
  @Column('text', { nullable: true }) type!: string | null;
  @Column('text', { name: 'get_api_path', nullable: true }) getApiPath!: string | null;
  /** JSON Logic, or null. */
  @Column('json', { name: 'filter_logic', nullable: true }) filterLogic!: unknown;
  @Column('json', { nullable: true }) schema!: unknown;
  @Column('json', { nullable: true }) example!: unknown;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' }) updatedAt!: Date;
}
