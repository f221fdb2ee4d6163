import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Figures, so that an overview reads no journal table. A tenant as a whole (subscription_id all zeros) has a row per minute, a subscription
 * one per ten minutes; upkeep drops them after a week. That is 10,080 rows per tenant and 1,008 per subscription at most, some 300 bytes each.
 */
const rollups = `
CREATE TABLE rollups (
  tenant_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  bucket_at timestamptz NOT NULL,
  accepted integer NOT NULL,
  matched integer NOT NULL,
  delivered integer NOT NULL,
  retried integer NOT NULL,
  failed integer NOT NULL,
  diverted integer NOT NULL,
  refused integer NOT NULL,
  late integer NOT NULL,
  request_ms integer[] NOT NULL, -- a histogram: counts by bucket, those at the end left out while they are empty
  delivery_ms integer[] NOT NULL,
  PRIMARY KEY (tenant_id, subscription_id, bucket_at)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX rollups_age ON rollups (bucket_at);
CREATE INDEX rollups_failing ON rollups (tenant_id, bucket_at)
  WHERE subscription_id <> '00000000-0000-0000-0000-000000000000' AND retried + failed + diverted + refused > 0;

-- Adds two histograms, whichever is longer.
CREATE FUNCTION add_counts(a integer[], b integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY i), '{}') FROM unnest(a, b) WITH ORDINALITY AS u (x, y, i)
$$;
`;

/** What waits, as one dispatcher measured it last: one row for all, and one for each of the tenants with the most. */
const backlog = `
CREATE TABLE backlog (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  due_at timestamptz NOT NULL DEFAULT now(), -- when to measure next, or when whoever is measuring is given up
  measured_at timestamptz,
  took_ms integer,
  lanes jsonb NOT NULL DEFAULT '{}', -- lane -> { waiting, since }
  tenants_left_out integer NOT NULL DEFAULT 0
);
INSERT INTO backlog DEFAULT VALUES;
CREATE TABLE tenant_backlogs (
  tenant_id uuid PRIMARY KEY,
  lanes jsonb NOT NULL
);
`;

export class Rollups1763700000800 implements MigrationInterface {
  readonly name = 'Rollups1763700000800';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [rollups, backlog]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rollups, backlog, tenant_backlogs; DROP FUNCTION add_counts');
  }
}
