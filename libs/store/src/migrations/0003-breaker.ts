import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The circuit breaker's state, shared by all dispatchers. Closed: `breaker_probe_at` is null, which is all that the hot path looks at.
 * Open: the time from which one delivery may probe. While a probe is under way it is the end of that probe's lease, so that a probe whose
 * process died is followed by another.
 */
const breaker = `
ALTER TABLE subscription_flow
  ADD COLUMN breaker_opened_at timestamptz,
  ADD COLUMN breaker_probe_at timestamptz,
  ADD COLUMN breaker_probe_token uuid, -- the lease of the probe under way
  ADD COLUMN breaker_trips integer NOT NULL DEFAULT 0 -- how often it has opened in a row
`;

/**
 * Whose the event is, so that the sweep can share itself out among tenants. Zeros on rows that a gateway of the release before wrote: they
 * are taken for one more tenant.
 */
const outbox = `
ALTER TABLE event_outbox ADD COLUMN tenant_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
CREATE INDEX event_outbox_tenant ON event_outbox (tenant_id, event_id)
`;

/**
 * What claim_held was, and the breaker: open, it gives out nothing until the probe's time, and then one delivery, a resent one before the
 * others. claim_held stays for dispatchers of the release before, to which every breaker is closed.
 */
const claimHeldOrProbe = `
-- Locks up to \`wanted\` held deliveries of a subscription, oldest first; only the one named, where one is named.
CREATE FUNCTION pick_held(sub uuid, wanted integer, named uuid) RETURNS SETOF uuid LANGUAGE sql AS $$
  SELECT d.id FROM deliveries d
  WHERE d.due_at = 'infinity' AND d.subscription_id = sub AND d.state = 'pending' AND (named IS NULL OR d.id = named)
  ORDER BY d.id LIMIT wanted FOR UPDATE SKIP LOCKED
$$;
CREATE FUNCTION claim_held_or_probe(sub uuid, wanted integer, token uuid, horizon interval, slack interval)
RETURNS TABLE (delivery_id uuid, tenant_id uuid, event_id uuid, trigger text, attempt_count integer, retries_used smallint, body_source text,
  catalog_version bigint, start_after_ms double precision, probe_trips integer) LANGUAGE plpgsql AS $$
DECLARE
  flow subscription_flow; slot timestamptz; spacing interval := '0'; is_probe boolean; resent uuid;
  version bigint; cap integer; per_window integer; window_seconds integer; lease interval;
  granted integer := wanted; claimed integer;
BEGIN
  INSERT INTO subscription_flow (subscription_id) VALUES (sub) ON CONFLICT DO NOTHING;
  SELECT * INTO flow FROM subscription_flow WHERE subscription_id = sub FOR UPDATE;
  SELECT s.catalog_version, s.max_concurrency, s.rate_limit, s.rate_window_seconds, make_interval(secs => s.timeout_ms / 1000.0) + slack
    INTO version, cap, per_window, window_seconds, lease
    FROM subscriptions s
    WHERE s.id = sub AND s.enabled AND s.suspended_at IS NULL AND s.deleted_at IS NULL
      AND (flow.paused_until IS NULL OR flow.paused_until <= now());
  IF NOT FOUND THEN
    -- What was put on hold while its subscription was being deleted: nobody will ever want it.
    UPDATE deliveries d SET state = 'cancelled', reason = 'subscription_deleted', due_at = NULL, ended_at = now()
      FROM subscriptions s WHERE s.id = sub AND s.deleted_at IS NOT NULL AND d.due_at = 'infinity' AND d.subscription_id = sub AND d.state = 'pending';
    RETURN;
  END IF;
  is_probe := flow.breaker_probe_at IS NOT NULL;
  IF is_probe THEN
    IF flow.breaker_probe_at > now() THEN RETURN; END IF;
    granted := least(granted, 1);
    SELECT d.id INTO resent FROM deliveries d
      WHERE d.due_at = 'infinity' AND d.subscription_id = sub AND d.state = 'pending' AND d.trigger = 'manual' LIMIT 1;
  END IF;
  IF cap IS NOT NULL THEN
    granted := least(granted, cap - (SELECT count(*)::int FROM deliveries d WHERE d.due_at > now() AND d.due_at < 'infinity'
                                       AND d.subscription_id = sub AND d.state = 'sending'));
  END IF;
  slot := greatest(coalesce(flow.next_slot_at, now()), now());
  IF per_window IS NOT NULL THEN
    spacing := make_interval(secs => window_seconds::double precision / per_window);
    granted := least(granted, (extract(epoch FROM (now() + horizon - slot)) / extract(epoch FROM spacing))::numeric::int + 1);
    IF slot > now() + horizon THEN granted := 0; END IF;
  END IF;
  IF granted <= 0 THEN RETURN; END IF;
  RETURN QUERY
    WITH held AS (
      SELECT p.id FROM pick_held(sub, granted, resent) p(id)
    ), taken AS (
      UPDATE deliveries d SET state = 'sending', lease_token = token, due_at = now() + lease + horizon, crash_count = crash_count + 1
      FROM held WHERE d.id = held.id RETURNING d.*
    )
    SELECT t.id, t.tenant_id, t.event_id, t.trigger, t.attempt_count, t.retries_used, t.body_source, version,
      greatest(0, extract(epoch FROM (slot - now() + spacing * (row_number() OVER (ORDER BY t.id) - 1))) * 1000)::double precision,
      CASE WHEN is_probe THEN flow.breaker_trips END
    FROM taken t;
  GET DIAGNOSTICS claimed = ROW_COUNT;
  IF claimed > 0 AND (per_window IS NOT NULL OR is_probe) THEN
    UPDATE subscription_flow SET
      next_slot_at = CASE WHEN per_window IS NULL THEN next_slot_at ELSE slot + spacing * claimed END,
      breaker_probe_at = CASE WHEN is_probe THEN now() + lease + horizon END,
      breaker_probe_token = CASE WHEN is_probe THEN token END
    WHERE subscription_id = sub;
  END IF;
END $$
`;

export class Breaker1763700000300 implements MigrationInterface {
  readonly name = 'Breaker1763700000300';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [breaker, outbox, claimHeldOrProbe]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION claim_held_or_probe(uuid, integer, uuid, interval, interval)');
    await runner.query('DROP FUNCTION pick_held(uuid, integer, uuid)');
    await runner.query('ALTER TABLE event_outbox DROP COLUMN tenant_id');
    await runner.query(
      `ALTER TABLE subscription_flow DROP COLUMN breaker_opened_at, DROP COLUMN breaker_probe_at, DROP COLUMN breaker_probe_token,
       DROP COLUMN breaker_trips`,
    );
  }
}
