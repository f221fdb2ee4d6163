import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Bulk resends. A replay walks its window one subscription at a time: each part keeps its own place in the journal, its own clock and
 * its own lease, so that an endpoint that takes little holds up nobody else's part.
 */
const replays = `
CREATE TABLE replays (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  mode text NOT NULL CHECK (mode IN ('failed', 'missing')),
  subscription_id uuid REFERENCES subscriptions ON DELETE CASCADE, -- null: all of the tenant
  filter jsonb NOT NULL DEFAULT '{}',
  window_from timestamptz NOT NULL,
  window_to timestamptz NOT NULL,
  rate_per_second integer NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'paused', 'done', 'cancelled', 'failed')),
  total integer NOT NULL, -- what it had to look at when it was asked for
  processed integer NOT NULL DEFAULT 0,
  resent integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  skipped_by jsonb NOT NULL DEFAULT '{}', -- reason -> how many
  next_slot_at timestamptz NOT NULL DEFAULT now(), -- the rate: when the next one may go, at the earliest
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at timestamptz,
  CHECK (window_from <= window_to),
  CHECK (processed = resent + skipped),
  CHECK ((state IN ('done', 'cancelled', 'failed')) = (ended_at IS NOT NULL))
);
CREATE INDEX replays_tenant ON replays (tenant_id, id);
CREATE INDEX replays_open ON replays (tenant_id) WHERE ended_at IS NULL;
CREATE INDEX replays_ended ON replays (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE replay_parts (
  replay_id uuid NOT NULL REFERENCES replays ON DELETE CASCADE,
  subscription_id uuid NOT NULL,
  position uuid NOT NULL, -- all up to here has been dealt with
  due_at timestamptz NOT NULL DEFAULT now(), -- when to go on, or when its lease ends
  lease_token uuid,
  faults smallint NOT NULL DEFAULT 0, -- in a row
  PRIMARY KEY (replay_id, subscription_id)
) WITH (fillfactor = 70);
CREATE INDEX replay_parts_due ON replay_parts (due_at);
`;

export class Replays1763700000500 implements MigrationInterface {
  readonly name = 'Replays1763700000500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(replays);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE replay_parts, replays');
  }
}
