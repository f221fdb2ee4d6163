import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often an event has come out of this service and in again. The default needs no rewrite of the rows there are. */
const UP = `
ALTER TABLE events ADD COLUMN hops smallint NOT NULL DEFAULT 0;
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
