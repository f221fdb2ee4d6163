import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which trace an event belongs to: it stands with the event because its deliveries are sent, retried and replayed by whoever reads the event
 * then, hours later too. Where it is null it costs a bit of the row.
 */
const traceparent = 'ALTER TABLE events ADD COLUMN traceparent text';

/** How many subscriptions have an open breaker, as the one that measured the backlog last found it. */
const breakers = `
ALTER TABLE backlog ADD COLUMN breakers jsonb; -- state -> subscriptions; null: not measured yet
CREATE INDEX subscription_flow_open ON subscription_flow (subscription_id) WHERE breaker_probe_at IS NOT NULL
`;

export class TraceContext1763700001000 implements MigrationInterface {
  readonly name = 'TraceContext1763700001000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [traceparent, breakers]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX subscription_flow_open');
    await runner.query('ALTER TABLE backlog DROP COLUMN breakers');
    await runner.query('ALTER TABLE events DROP COLUMN traceparent');
  }
}
