import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The default of `hops` needs no rewrite of the rows there are. */
const UP = `
ALTER TABLE events ADD COLUMN hops smallint NOT NULL DEFAULT 0;

-- Whether the endpoint of a subscription that asks for it has shown that it expects us. Until then the subscription is suspended.
CREATE TABLE endpoint_checks (
  subscription_id uuid PRIMARY KEY REFERENCES subscriptions ON DELETE CASCADE,
  url text NOT NULL,
  challenge text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'verified', 'failed')),
  tries integer NOT NULL DEFAULT 0,
  due_at timestamptz, -- null: nothing is to be asked
  last_error text,
  checked_at timestamptz
);
CREATE INDEX endpoint_checks_due ON endpoint_checks (due_at) WHERE due_at IS NOT NULL;
`;

export class EndpointSecurity1764100000000 implements MigrationInterface {
  readonly name = 'EndpointSecurity1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('There is no way back from this migration; a new one goes forward.'));
  }
}
