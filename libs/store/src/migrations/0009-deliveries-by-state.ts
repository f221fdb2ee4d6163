import type { MigrationInterface, QueryRunner } from 'typeorm';
import { indexPartitions } from './partitioned-index.js';

/**
 * A tenant's deliveries that ended without success, by state and time: what lists of them read, however many others there are. Partial, so
 * that a delivery which arrives never enters it and costs nothing more than before.
 */
export class DeliveriesByState1763700000900 implements MigrationInterface {
  readonly name = 'DeliveriesByState1763700000900';
  /** Each step stands for itself and can be repeated: an index over many days must not hold one lock over all of them. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await indexPartitions(
      runner,
      'deliveries',
      'deliveries_unsuccessful',
      `(tenant_id, state, id) WHERE state IN ('failed', 'diverted', 'refused', 'cancelled')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_unsuccessful');
  }
}
