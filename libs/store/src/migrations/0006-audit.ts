import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changed what: only ever added to. */
const audit = `
CREATE TABLE audit_entries (
  id uuid PRIMARY KEY,
  tenant_id uuid, -- null: the operator's own. No reference: the entries outlive their tenant
  actor_key_id uuid, -- null: no key, the system itself
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL, -- its public id
  changed text[] NOT NULL DEFAULT '{}', -- names of members, never their values
  ip text,
  request_id text,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_entries_tenant ON audit_entries (tenant_id, id);
CREATE INDEX audit_entries_object ON audit_entries (object, id);
CREATE INDEX audit_entries_age ON audit_entries (at);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('tidings.forgetting_audit', true) = 'on' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'audit entries are only ever added' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_never_emptied BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- The one way out: entries older than so many days, some at a time. Returns how many went.
CREATE FUNCTION forget_audit(retention_days integer, most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  gone integer;
BEGIN
  IF retention_days < 1 THEN RAISE EXCEPTION 'audit entries are kept for at least a day' USING ERRCODE = 'invalid_parameter_value'; END IF;
  PERFORM set_config('tidings.forgetting_audit', 'on', true);
  DELETE FROM audit_entries WHERE id IN (
    SELECT id FROM audit_entries WHERE at < now() - make_interval(days => retention_days) ORDER BY at LIMIT most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('tidings.forgetting_audit', '', true);
  RETURN gone;
END $$;
`;

/** A key may begin later than it is made. The previous release does not know of it and takes such a key at once. */
const keyStart = `ALTER TABLE api_keys ADD COLUMN starts_at timestamptz;`;

/** Requests counted in the current window, for gateways without Redis. What a crash of the server loses is a window's count, no more. */
const rateWindows = `
CREATE UNLOGGED TABLE rate_windows (
  name text PRIMARY KEY,
  used bigint NOT NULL,
  ends_at timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
`;

export class Audit1763700000600 implements MigrationInterface {
  readonly name = 'Audit1763700000600';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [audit, keyStart, rateWindows]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The audit log cannot be taken back.'));
  }
}
