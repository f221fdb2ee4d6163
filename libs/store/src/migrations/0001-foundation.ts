import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tenants, keys, catalog and subscriptions: small tables, one row per thing a person made. */
const configuration = `
CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  -- Counters that tell a dispatcher's cache it is stale; raised by the triggers below, in the transaction of the change.
  catalog_version bigint NOT NULL DEFAULT 0,
  registry_version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  tenant_id uuid REFERENCES tenants ON DELETE CASCADE, -- null: the operator's
  name text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  hint text NOT NULL,
  permissions text[] NOT NULL,
  app_permissions text[] NOT NULL DEFAULT '{}',
  app_id uuid, -- the app it speaks for; null: none
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL
);
CREATE INDEX api_keys_tenant ON api_keys (tenant_id, id);

CREATE TABLE apps (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  name text NOT NULL,
  permissions text[] NOT NULL DEFAULT '{}',
  permission_match text NOT NULL DEFAULT 'any' CHECK (permission_match IN ('any', 'all')),
  base_url text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id)
);
ALTER TABLE api_keys ADD CONSTRAINT api_keys_app
  FOREIGN KEY (tenant_id, app_id) REFERENCES apps (tenant_id, id) ON DELETE SET NULL (app_id);

CREATE TABLE event_types (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  app_id uuid NOT NULL,
  topic text NOT NULL,
  name text NOT NULL,
  description text,
  event_type text,
  type text,
  get_api_path text,
  filter_logic json,
  schema json,
  example json,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, app_id, topic, name),
  FOREIGN KEY (tenant_id, app_id) REFERENCES apps (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE subscriptions (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  owner_key_id uuid,
  spec json NOT NULL, -- json, not jsonb: people find the members of their templates in the order they wrote them
  secret_headers jsonb NOT NULL DEFAULT '{}', -- name -> sealed value
  dialect text, -- whose clients made it; null: the native API
  dialect_fields jsonb NOT NULL DEFAULT '{}', -- what only that dialect can say, kept for it
  enabled boolean NOT NULL,
  suspended_at timestamptz,
  suspended_reason text,
  -- Copies of the spec's members that the claim reads.
  timeout_ms integer NOT NULL,
  max_concurrency integer,
  rate_limit integer,
  rate_window_seconds integer,
  version_no integer NOT NULL DEFAULT 1,
  catalog_version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  modified_at timestamptz NOT NULL DEFAULT now(),
  modified_by text NOT NULL,
  deleted_at timestamptz
);
CREATE INDEX subscriptions_tenant ON subscriptions (tenant_id, id) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_catalog ON subscriptions (tenant_id, catalog_version);

CREATE TABLE signing_secrets (
  id uuid PRIMARY KEY,
  subscription_id uuid NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz -- null: the current one
);
CREATE INDEX signing_secrets_subscription ON signing_secrets (subscription_id);
CREATE UNIQUE INDEX signing_secrets_current ON signing_secrets (subscription_id) WHERE expires_at IS NULL;

-- What all dispatchers share about one subscription's flow: a pause asked for by its receiver, and the next free slot of its rate limit.
CREATE TABLE subscription_flow (
  subscription_id uuid PRIMARY KEY REFERENCES subscriptions ON DELETE CASCADE,
  paused_until timestamptz,
  next_slot_at timestamptz
);
`;

/** Raised in the change's own transaction, so that an event committed later always meets the newer catalog. */
const cacheVersions = `
CREATE FUNCTION raise_catalog_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tenants SET catalog_version = catalog_version + 1 WHERE id = NEW.tenant_id RETURNING catalog_version INTO NEW.catalog_version;
  RETURN NEW;
END $$;
CREATE TRIGGER subscriptions_catalog_version BEFORE INSERT OR UPDATE ON subscriptions
  FOR EACH ROW EXECUTE FUNCTION raise_catalog_version();

CREATE FUNCTION touch_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE subscriptions SET modified_at = modified_at WHERE id = coalesce(NEW.subscription_id, OLD.subscription_id);
  RETURN NULL;
END $$;
CREATE TRIGGER signing_secrets_touch AFTER INSERT OR UPDATE OR DELETE ON signing_secrets
  FOR EACH ROW EXECUTE FUNCTION touch_subscription();

CREATE FUNCTION raise_registry_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tenants SET registry_version = registry_version + 1 WHERE id = coalesce(NEW.tenant_id, OLD.tenant_id);
  RETURN NULL;
END $$;
CREATE TRIGGER apps_registry_version AFTER INSERT OR UPDATE OR DELETE ON apps
  FOR EACH ROW EXECUTE FUNCTION raise_registry_version();
CREATE TRIGGER event_types_registry_version AFTER INSERT OR UPDATE OR DELETE ON event_types
  FOR EACH ROW EXECUTE FUNCTION raise_registry_version();
-- last_used_at is written often and means nothing to matching.
CREATE TRIGGER api_keys_registry_version AFTER INSERT OR DELETE OR UPDATE OF permissions, app_permissions, revoked_at, expires_at ON api_keys
  FOR EACH ROW EXECUTE FUNCTION raise_registry_version();
`;

/**
 * Events, deliveries, attempts: partitioned by day through their time-ordered uuid. A delivery carries its event's time and an attempt its
 * delivery's, so that one day's partitions hold whole stories and retention drops them together.
 */
const journal = `
CREATE TABLE events (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  public_id text, -- the publisher's own id; null: evt_<ulid>
  type text NOT NULL,
  topic text,
  app text,
  resource_type text,
  resource_id text,
  request_id text, -- of the publisher's own request that the event came of (event.requestId)
  occurred_at timestamptz NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  raw bytea NOT NULL,
  data_start integer NOT NULL,
  data_end integer NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX events_tenant ON events (tenant_id, id);
CREATE INDEX events_request ON events (tenant_id, request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX events_resource ON events (tenant_id, resource_type, resource_id, id) WHERE resource_id IS NOT NULL;

-- Idempotency: 'k:' + Idempotency-Key for 24 hours, 'i:' + the publisher's own event id as long as the event is kept.
CREATE TABLE event_keys (
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  event_id uuid NOT NULL,
  fingerprint bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX event_keys_age ON event_keys (created_at);

-- The durable marker that an event still has to be fanned out. A narrow row of its own, so that the wide event row is never updated.
CREATE TABLE event_outbox (
  event_id uuid PRIMARY KEY,
  due_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX event_outbox_due ON event_outbox (due_at);

CREATE SEQUENCE delivery_numbers CACHE 100;
CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  number bigint NOT NULL DEFAULT nextval('delivery_numbers'),
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  event_type text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'failed', 'diverted', 'refused', 'cancelled')),
  reason text,
  trigger text NOT NULL DEFAULT 'schedule' CHECK (trigger IN ('schedule', 'manual', 'replay')),
  attempt_count integer NOT NULL DEFAULT 0, -- attempts recorded
  retries_used smallint NOT NULL DEFAULT 0, -- attempts charged to the policy since the last (re)send began
  -- The one clock of a delivery: pending, when to claim it ('infinity': held); sending, when its lease ends; otherwise null.
  due_at timestamptz,
  lease_token uuid,
  crash_count smallint NOT NULL DEFAULT 0,
  body_source text CHECK (body_source IN ('default', 'template')), -- which body was first sent; null: none yet
  last_status smallint,
  last_error text,
  first_attempt_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state IN ('pending', 'sending')) = (due_at IS NOT NULL)),
  CHECK ((state = 'sending') = (lease_token IS NOT NULL)),
  CHECK ((state IN ('pending', 'sending')) = (ended_at IS NULL)),
  CHECK ((state IN ('pending', 'sending')) = (reason IS NULL))
) PARTITION BY RANGE (id);
CREATE INDEX deliveries_tenant ON deliveries (tenant_id, id);
CREATE INDEX deliveries_subscription ON deliveries (subscription_id, id);
CREATE INDEX deliveries_due ON deliveries (due_at, subscription_id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_number ON deliveries USING brin (number);

CREATE FUNCTION refuse_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a delivery cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'deliveries_transition';
END $$;
CREATE TRIGGER deliveries_transition BEFORE UPDATE OF state ON deliveries FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
    'pending>sending', 'pending>cancelled',
    'sending>pending', 'sending>delivered', 'sending>failed', 'sending>diverted', 'sending>refused', 'sending>cancelled',
    'delivered>pending',
    'failed>pending', 'failed>cancelled',
    'diverted>pending', 'diverted>cancelled',
    'refused>pending',
    'cancelled>pending'))
  EXECUTE FUNCTION refuse_transition();

-- A templated body as it was first sent: every later attempt repeats these bytes.
CREATE TABLE delivery_bodies (
  delivery_id uuid PRIMARY KEY,
  body bytea NOT NULL,
  content_type text NOT NULL
) PARTITION BY RANGE (delivery_id);

CREATE TABLE attempts (
  delivery_id uuid NOT NULL,
  number integer NOT NULL,
  id uuid NOT NULL,
  trigger text NOT NULL,
  outcome text NOT NULL,
  started_at timestamptz NOT NULL,
  timings jsonb NOT NULL,
  method text,
  url text,
  request_headers jsonb,
  status smallint,
  response_headers jsonb,
  response_body bytea,
  response_truncated boolean NOT NULL DEFAULT false,
  error_code text,
  error_message text,
  PRIMARY KEY (delivery_id, number)
) PARTITION BY RANGE (delivery_id);

-- One notice per delivery given up, to be posted to the subscription's alert endpoint.
CREATE TABLE alerts (
  delivery_id uuid PRIMARY KEY,
  subscription_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX alerts_due ON alerts (due_at);
`;

const partitions = `
CREATE FUNCTION uuid_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the day's partitions of the four journal tables where they are missing. The default partition exists so that no insert can ever
-- fail for want of a partition; upkeep keeps it empty by making days ahead of time, and takes out of it what has found its day.
CREATE FUNCTION ensure_partitions(first_day date, last_day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  journal text;
  key text;
  day date;
  part text;
  first_id uuid;
  next_id uuid;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tidings.partitions'));
  FOREACH journal IN ARRAY ARRAY['events', 'deliveries', 'delivery_bodies', 'attempts'] LOOP
    key := CASE WHEN journal IN ('events', 'deliveries') THEN 'id' ELSE 'delivery_id' END;
    FOR day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
      part := journal || '_' || to_char(day, 'YYYYMMDD');
      IF to_regclass(format('%I', part)) IS NULL THEN
        first_id := uuid_floor(day::timestamp AT TIME ZONE 'UTC');
        next_id := uuid_floor((day + 1)::timestamp AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) %s', part, journal,
          CASE journal WHEN 'deliveries' THEN 'WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)' ELSE '' END);
        -- Without this a row that came before its partition would keep the partition from ever being made.
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', journal || '_default');
        EXECUTE format('WITH early AS (DELETE FROM %I WHERE %I >= %L AND %2$I < %4$L RETURNING *) INSERT INTO %5$I SELECT * FROM early',
          journal || '_default', key, first_id, next_id, part);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', journal, part, first_id, next_id);
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT;
CREATE TABLE delivery_bodies_default PARTITION OF delivery_bodies DEFAULT;
CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;
SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + 7);
`;

/**
 * Takes up to \`wanted\` held deliveries of one subscription, within its shared concurrency cap and its rate limit.
 * A function, because the count must be read after the lock is won: each statement in it sees what had been committed by then. It returns
 * all that its caller needs: the caller's own statement began before the wait and may not see the rows that were taken.
 */
const claimHeld = `
CREATE FUNCTION claim_held(sub uuid, wanted integer, token uuid, horizon interval, slack interval)
RETURNS TABLE (delivery_id uuid, tenant_id uuid, event_id uuid, trigger text, attempt_count integer, retries_used smallint, body_source text,
  catalog_version bigint, start_after_ms double precision) LANGUAGE plpgsql AS $$
DECLARE
  version bigint; cap integer; per_window integer; window_seconds integer; lease interval;
  slot timestamptz; spacing interval; granted integer := wanted; claimed integer;
BEGIN
  INSERT INTO subscription_flow (subscription_id) VALUES (sub) ON CONFLICT DO NOTHING;
  SELECT next_slot_at INTO slot FROM subscription_flow WHERE subscription_id = sub FOR UPDATE;
  SELECT s.catalog_version, s.max_concurrency, s.rate_limit, s.rate_window_seconds, make_interval(secs => s.timeout_ms / 1000.0) + slack
    INTO version, cap, per_window, window_seconds, lease
    FROM subscriptions s JOIN subscription_flow f ON f.subscription_id = s.id
    WHERE s.id = sub AND s.enabled AND s.suspended_at IS NULL AND s.deleted_at IS NULL
      AND (f.paused_until IS NULL OR f.paused_until <= now());
  IF NOT FOUND THEN
    -- What was put on hold while its subscription was being deleted: nobody will ever want it.
    UPDATE deliveries d SET state = 'cancelled', reason = 'subscription_deleted', due_at = NULL, ended_at = now()
      FROM subscriptions s WHERE s.id = sub AND s.deleted_at IS NOT NULL AND d.due_at = 'infinity' AND d.subscription_id = sub AND d.state = 'pending';
    RETURN;
  END IF;
  IF cap IS NOT NULL THEN
    granted := least(granted, cap - (SELECT count(*)::int FROM deliveries d WHERE d.due_at > now() AND d.due_at < 'infinity'
                                       AND d.subscription_id = sub AND d.state = 'sending'));
  END IF;
  spacing := interval '0';
  slot := greatest(coalesce(slot, now()), now());
  IF per_window IS NOT NULL THEN
    spacing := make_interval(secs => window_seconds::double precision / per_window);
    granted := least(granted, (extract(epoch FROM (now() + horizon - slot)) / extract(epoch FROM spacing))::numeric::int + 1);
    IF slot > now() + horizon THEN granted := 0; END IF;
  END IF;
  IF granted <= 0 THEN RETURN; END IF;
  RETURN QUERY
    WITH held AS (
      SELECT d.id FROM deliveries d WHERE d.due_at = 'infinity' AND d.subscription_id = sub AND d.state = 'pending'
      ORDER BY d.id LIMIT granted FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE deliveries d SET state = 'sending', lease_token = token, due_at = now() + lease + horizon, crash_count = crash_count + 1
      FROM held WHERE d.id = held.id RETURNING d.*
    )
    SELECT t.id, t.tenant_id, t.event_id, t.trigger, t.attempt_count, t.retries_used, t.body_source, version,
      greatest(0, extract(epoch FROM (slot - now() + spacing * (row_number() OVER (ORDER BY t.id) - 1))) * 1000)::double precision
    FROM taken t;
  GET DIAGNOSTICS claimed = ROW_COUNT;
  IF per_window IS NOT NULL AND claimed > 0 THEN
    UPDATE subscription_flow SET next_slot_at = slot + spacing * claimed WHERE subscription_id = sub;
  END IF;
END $$;
`;

export class Foundation1763700000000 implements MigrationInterface {
  readonly name = 'Foundation1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [configuration, cacheVersions, journal, partitions, claimHeld]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The foundation cannot be taken back: drop the database instead.'));
  }
}
