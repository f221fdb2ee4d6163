import type { SentBody } from '#domain/render-request.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';
import { bounds } from './fanout.store.js';

/** The bodies that deliveries first sent and repeat. They are written by record.store.ts alone. */
@Injectable()
export class DeliveryBodyStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Those that are kept, by delivery. The caller has checked that the deliveries are the tenant's. */
  async load(deliveryUuids: string[]): Promise<Map<string, SentBody>> {
    if (deliveryUuids.length === 0) return new Map();
    const { rows } = await this.pool.query<{ id: string } & SentBody>(
      `SELECT delivery_id AS id, body, content_type AS "contentType" FROM delivery_bodies
       WHERE delivery_id = ANY($1::uuid[]) AND delivery_id BETWEEN $2 AND $3`,
      [deliveryUuids, ...bounds(deliveryUuids)],
    );
    return new Map(rows.map(({ id, ...sent }) => [id, sent]));
  }
}
