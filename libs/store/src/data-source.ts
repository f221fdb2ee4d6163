import pg, { type Pool } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
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

/** A plan made while a table was small is kept for long, and tables here grow fast: no statement may settle for reading all of one. */
const SESSION_OPTIONS = '-c enable_seqscan=off -c jit=off';

/** Connections of the hot path: what goes over them is bounded already, as few batches are under way at a time. */
const HOT_CONNECTIONS = 6;

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
      options: SESSION_OPTIONS,
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

/** A data source with a second pool, of the hot path alone. */
class StoreDataSource extends DataSource {
  readonly hotPool: Pool;

  constructor(options: PostgresDataSourceOptions) {
    super(options);
    const { url, applicationName, connectTimeoutMS } = options;
    this.hotPool = new pg.Pool({
      ...(options.extra as pg.PoolConfig),
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMS,
      max: HOT_CONNECTIONS,
      options: `${SESSION_OPTIONS} -c plan_cache_mode=force_generic_plan`,
    });
    this.hotPool.on('error', () => undefined);
  }

  override async destroy(): Promise<void> {
    await this.hotPool.end();
    await super.destroy();
  }
}

export const createDataSource = (options: DataSourceOptions): DataSource => new StoreDataSource(options as PostgresDataSourceOptions);

/** pg's pool behind a data source: named statements are prepared, which TypeORM does not offer. */
export const poolOf = (dataSource: DataSource): Pool => (dataSource.driver as PostgresDriver).master as Pool;

/**
 * The pool for the statements that every event goes through, in batches. Each is planned once, whatever its values: planning over all
 * partitions took Postgres more time than carrying out. Only for statements that are good for that: with a LIMIT, an optional condition or a
 * partial index the best plan depends on the values. And no list that somebody asks for takes its connections.
 */
export const hotPoolOf = (dataSource: DataSource): Pool => (dataSource as StoreDataSource).hotPool;
