import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

export interface Vitals {
  /** The database's clock, in milliseconds since 1970. */
  nowMs: number;
  /** How long the oldest transaction has been open. While one is, nothing that was deleted since can be cleared away. */
  oldestTransactionSeconds: number;
}

/** How the database itself is. */
@Injectable()
export class VitalsStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Of sessions of other roles Postgres tells only with the rights of pg_read_all_stats. */
  async read(): Promise<Vitals> {
    const { rows } = await this.pool.query<Vitals>(
      `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs",
         (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float8 FROM pg_stat_activity
          WHERE datname = current_database() AND backend_type = 'client backend') AS "oldestTransactionSeconds"`,
    );
    return rows[0]!;
  }
}
