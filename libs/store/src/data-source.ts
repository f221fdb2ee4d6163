import { DataSource, type DataSourceOptions } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Pool } from 'pg';
import { ENTITIES } from './entities/entities.js';
import { MIGRATIONS } from './migrations/migrations.js';

export interface StoreOptions {
  url: string;
  poolSize: number;
  /** Shown in pg_stat_activity. */
  name: string;
  /** 0: no bound, as for a migration. */
  statementTimeoutMs?: number;
}

const STATEMENT_TIMEOUT_MS = 5_000;
/** What the answer may take on its way beyond the statement's own time. Without it a connection that went silent is waited for for ever. */
const ANSWER_SLACK_MS = 2_000;

/**
 * The connection to Postgres. Timeouts are explicit because pg's own defaults wait for ever: 2 s for a connection from the pool, 5 s for a
 * statement (7 with its answer), 2 s for a lock, 10 s for a transaction left idle.
 */
export function storeOptions(options: StoreOptions): DataSourceOptions {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  return {
    type: 'postgres',
    url: options.url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    applicationName: options.name,
    poolSize: options.poolSize,
    connectTimeoutMS: 2_000,
    extra: {
      // A plan made while a table was small is kept for long, and tables here grow fast: no statement may settle for reading all of one.
      // One plan per statement whatever its values: planning over all partitions took Postgres more time than carrying out. So conditions that
      // an index is to serve are written without `$1 IS NULL OR`, and what the predicate of a partial index names is a constant.
      options: '-c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan',
      keepAlive: true,
      statement_timeout: statementTimeoutMs,
      ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + ANSWER_SLACK_MS } : {}),
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
    },
    // A dropped idle connection is news for the log, not a reason to die; the pool makes a new one.
    poolErrorHandler: () => undefined,
  };
}

export const createDataSource = (options: DataSourceOptions): DataSource => new DataSource(options);

/** pg's pool behind a data source: the hot path uses prepared statements, which TypeORM does not offer. */
export const poolOf = (dataSource: DataSource): Pool => (dataSource.driver as PostgresDriver).master as Pool;
