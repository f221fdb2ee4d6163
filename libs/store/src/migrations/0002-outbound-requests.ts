import type { MigrationInterface, QueryRunner } from 'typeorm';

const outboundRequests = `
-- The secret of a subscription's credentials, sealed; the rest of them stands in its spec.
ALTER TABLE subscriptions ADD COLUMN auth_secret text;

-- What is told or asked beside deliveries: a callback per attempt, or the fetch of a resource that somebody wants published. A row goes when
-- it is done; one that was given up stays, without due_at, for whoever wants to know why.
CREATE TABLE outbound_requests (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('callback', 'hydration')),
  subscription_id uuid NOT NULL,
  -- callback
  delivery_id uuid,
  attempt_number integer,
  -- hydration
  event_type text,
  resource_type text,
  resource_id text,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz DEFAULT now(),
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE INDEX outbound_requests_due ON outbound_requests (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbound_requests_tenant ON outbound_requests (tenant_id, id);
CREATE INDEX outbound_requests_ended ON outbound_requests (ended_at) WHERE ended_at IS NOT NULL;
`;

export class OutboundRequests1763700000200 implements MigrationInterface {
  readonly name = 'OutboundRequests1763700000200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(outboundRequests);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('The requests that wait would be lost, and secrets with them: the previous release runs on this schema.'),
    );
  }
}
