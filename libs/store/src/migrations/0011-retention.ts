import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Expunged is what has lost its payload and kept its place in the history. A delivery says so of itself, so that whoever holds its row
 * (the record of an attempt, a lease given back) sees it without a look at the event. Neither column rewrites the rows there are.
 */
const columns = `
ALTER TABLE events ADD COLUMN expunged_at timestamptz; -- its raw is '{}' from then on
ALTER TABLE deliveries ADD COLUMN expunged boolean NOT NULL DEFAULT false;
`;

/** Who asked for what to be expunged, and how far that has come. It is kept as long as the audit log, which names it. */
const expunges = `
CREATE TABLE expunges (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  event_id uuid, -- one event, or all of a resource
  resource_type text,
  resource_id text,
  position uuid, -- of a resource: all events up to here have been dealt with
  is_last_pass boolean NOT NULL DEFAULT false, -- whether all that was being published when it was asked for is there
  events integer NOT NULL DEFAULT 0,
  deliveries_cancelled integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL, -- when a dispatcher goes on with it
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CHECK ((event_id IS NULL) = (resource_type IS NOT NULL AND resource_id IS NOT NULL))
);
CREATE INDEX expunges_tenant ON expunges (tenant_id, id);
CREATE INDEX expunges_open ON expunges (due_at) WHERE ended_at IS NULL;
CREATE INDEX expunges_open_of_tenant ON expunges (tenant_id) WHERE ended_at IS NULL;
CREATE INDEX expunges_ended ON expunges (ended_at) WHERE ended_at IS NOT NULL;
`;

/** Where the walk through a tenant's old events stands; due_at is also the lease of whoever walks. Tenants without a retention of their own have none. */
const walks = `
CREATE TABLE retention_walks (
  tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  position uuid, -- null: from the oldest
  due_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX retention_walks_due ON retention_walks (due_at);
`;

export class Retention1763700001100 implements MigrationInterface {
  readonly name = 'Retention1763700001100';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [columns, expunges, walks]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('What was expunged is gone, and its marks are all that tells so.'));
  }
}
