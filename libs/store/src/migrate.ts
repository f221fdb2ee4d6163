import type { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** Any fixed number: whoever migrates holds this lock, so that several starters at once take turns. */
const MIGRATION_LOCK = 7_403_193_002;

/**
 * Brings the schema up to date. Safe to run from several processes at once: one works, the others wait and find nothing to do.
 * TypeORM takes no lock of its own, so the lock is held on a connection of ours for the whole run.
 * Returns the names of the migrations that ran.
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const holder = await poolOf(dataSource).connect();
  try {
    await holder.query('SET statement_timeout = 0');
    await holder.query('SET lock_timeout = 0');
    await holder.query('SET idle_session_timeout = 0');
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await dataSource.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    // Closing the session gives the lock back whatever happened.
    holder.release(true);
  }
}
