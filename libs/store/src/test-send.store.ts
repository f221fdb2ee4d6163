import { deliveryUuid, formatId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { audit } from './audit.js';
import type { NewEvent } from './publish.store.js';

/** Events that are for one subscription only: they pass no filter and nobody else sees them. */
@Injectable()
export class TestSendStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores the event and its one delivery, due at once, and who asked for it. Returns the delivery's uuid, or null when the subscription is
   * switched off, suspended or gone; then nothing is stored.
   */
  insert(event: NewEvent, subscriptionUuid: string): Promise<string | null> {
    const delivery = deliveryUuid(event.uuid, subscriptionUuid);
    return this.dataSource.transaction(async (manager) => {
      const made = await manager.query<unknown[]>(INSERT, valuesOf(event, subscriptionUuid, delivery));
      if (made.length === 0) return null;
      await audit(manager, { tenantId: event.tenantId, action: 'delivery.created', object: formatId('dlv', delivery) });
      return delivery;
    });
  }
}

/** The same where there is a transaction already, whose holder says who asked. */
export async function insertForOne(db: PoolClient, event: NewEvent, subscriptionUuid: string): Promise<string | null> {
  const delivery = deliveryUuid(event.uuid, subscriptionUuid);
  const { rowCount } = await db.query(INSERT, valuesOf(event, subscriptionUuid, delivery));
  return rowCount === 1 ? delivery : null;
}

const INSERT = `WITH target AS (
  SELECT id FROM subscriptions WHERE id = $2 AND tenant_id = $3 AND enabled AND suspended_at IS NULL AND deleted_at IS NULL
), stored AS (
  INSERT INTO events (id, tenant_id, type, topic, app, resource_type, resource_id, occurred_at, raw, data_start, data_end, request_id)
  SELECT $1, $3, $5, $6, $7, $8, $9, coalesce($10, now()), $11, $12, $13, $14 FROM target
)
INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, trigger, due_at)
SELECT $4, $3, $1, id, $5, 'pending', 'manual', now() FROM target
RETURNING id`;

const valuesOf = (event: NewEvent, subscriptionUuid: string, delivery: string): unknown[] => [
  event.uuid,
  subscriptionUuid,
  event.tenantId,
  delivery,
  event.type,
  event.topic,
  event.app,
  event.resourceType,
  event.resourceId,
  event.occurredAt,
  event.raw,
  event.dataStart,
  event.dataEnd,
  event.requestId,
];
