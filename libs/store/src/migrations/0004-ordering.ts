import type { MigrationInterface, QueryRunner } from 'typeorm';
import { indexPartitions } from './partitioned-index.js';

/** `order_key` tells the deliveries of one key; null: it keeps no order. `ordering` is a copy of the spec's member: what follows a delivery given up. */
const columns = `
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS order_key text;
ALTER TABLE subscriptions ADD COLUMN IF NOT EXISTS ordering text CONSTRAINT subscriptions_ordering CHECK (ordering IN ('wait', 'skip'))
`;

/**
 * What pick_held was, oldest first; and of an ordered subscription only the first delivery of each key, and that not while one of its key
 * before it is open (or given up, where the key waits for it), nor while an event of the tenant before it has still to be fanned out: it
 * may be of the same key. All of that is seen by one statement, and the caller holds the subscription's lock.
 * Keys are looked through from a place drawn at random, so that each has its turn however many there are.
 */
const pickHeld = `
CREATE OR REPLACE FUNCTION pick_held(sub uuid, wanted integer, named uuid) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
  rule text; owner uuid; found_all integer; looked integer := 0;
  start text := md5(random()::text); last text := start; next_key text; wrapped boolean := false; head uuid;
BEGIN
  SELECT s.ordering, s.tenant_id INTO rule, owner FROM subscriptions s WHERE s.id = sub;
  RETURN QUERY SELECT d.id FROM deliveries d
    WHERE d.due_at = 'infinity' AND d.subscription_id = sub AND d.order_key IS NULL AND d.state = 'pending' AND (named IS NULL OR d.id = named)
    ORDER BY d.order_key, d.event_id LIMIT wanted FOR UPDATE SKIP LOCKED;
  GET DIAGNOSTICS found_all = ROW_COUNT;
  IF found_all >= wanted THEN RETURN; END IF;
  IF rule IS NULL THEN
    RETURN QUERY SELECT d.id FROM deliveries d
      WHERE d.due_at = 'infinity' AND d.subscription_id = sub AND d.order_key > '' AND d.state = 'pending' AND (named IS NULL OR d.id = named)
      ORDER BY d.order_key, d.event_id LIMIT wanted - found_all FOR UPDATE SKIP LOCKED;
    RETURN;
  END IF;
  LOOP
    SELECT d.order_key INTO next_key FROM deliveries d
      WHERE d.due_at = 'infinity' AND d.subscription_id = sub AND d.order_key > last ORDER BY d.order_key LIMIT 1;
    IF next_key IS NULL THEN
      EXIT WHEN wrapped;
      wrapped := true;
      last := '';
      CONTINUE;
    END IF;
    EXIT WHEN wrapped AND next_key > start;
    last := next_key;
    looked := looked + 1;
    SELECT d.id INTO head FROM (
        SELECT f.id FROM deliveries f
        WHERE f.due_at = 'infinity' AND f.subscription_id = sub AND f.order_key = next_key AND f.state = 'pending' ORDER BY f.event_id LIMIT 1
      ) first JOIN deliveries d ON d.id = first.id
      WHERE d.due_at = 'infinity' AND d.state = 'pending'
        AND NOT EXISTS (SELECT FROM deliveries o
          WHERE o.subscription_id = sub AND o.order_key = next_key AND o.event_id < d.event_id
            AND o.state IN ('pending', 'sending', 'failed', 'diverted') AND (rule = 'wait' OR o.state IN ('pending', 'sending')))
        AND NOT EXISTS (SELECT FROM event_outbox x
          WHERE x.tenant_id IN (owner, '00000000-0000-0000-0000-000000000000') AND x.event_id < d.event_id)
      FOR UPDATE OF d SKIP LOCKED;
    IF head IS NOT NULL THEN
      RETURN NEXT head;
      found_all := found_all + 1;
      EXIT WHEN found_all >= wanted;
    END IF;
    -- Thousands of keys that all wait must not take longer than a statement may: the next look begins elsewhere.
    EXIT WHEN looked >= wanted + 200;
  END LOOP;
END $$
`;

export class Ordering1763700000400 implements MigrationInterface {
  readonly name = 'Ordering1763700000400';
  /** Each step stands for itself and can be repeated: an index over many days must not hold one lock over all of them. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(columns);
    // A subscription's held deliveries, by key and then in their order: without it each release would sort all that are held.
    await indexPartitions(runner, 'deliveries', 'deliveries_held', `(subscription_id, order_key, event_id) WHERE due_at = 'infinity'`);
    await indexPartitions(
      runner,
      'deliveries',
      'deliveries_order',
      `(subscription_id, order_key, event_id) WHERE order_key IS NOT NULL AND state IN ('pending', 'sending', 'failed', 'diverted')`,
    );
    await runner.query(pickHeld);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Ordering cannot be taken back: deliveries wait by it.'));
  }
}
