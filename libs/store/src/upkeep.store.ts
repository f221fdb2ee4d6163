import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

const DAYS_AHEAD = 7;
/** Partition and drop wait for locks at most this long, so that upkeep never holds up the hot path for more. */
const LOCK_TIMEOUT = '500ms';
const NO_SUCH_TABLE = '42P01';

/** What the tables need from time to time. Every call may run on several dispatchers at once. */
@Injectable()
export class UpkeepStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Makes partitions up to a week ahead. Returns how many it made. */
  ensurePartitions(): Promise<number> {
    return this.withShortLocks(async (client) => {
      const { rows } = await client.query<{ made: number }>(
        `SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + $1::int) AS made`,
        [DAYS_AHEAD],
      );
      return rows[0]!.made;
    });
  }

  /** For how long from now on each event will have a partition of its own, in milliseconds; 0: today has none. */
  async coveredForMs(): Promise<number> {
    const { rows } = await this.pool.query<{ ms: number }>(
      `SELECT greatest(extract(epoch FROM (today + coalesce(min(ahead), $1)) - utc) * 1000, 0)::float8 AS ms
       FROM (SELECT now() AT TIME ZONE 'UTC' AS utc, (now() AT TIME ZONE 'UTC')::date AS today) clock LEFT JOIN generate_series(0, $1::int - 1) AS ahead
         ON EXISTS (SELECT FROM unnest(ARRAY['events', 'deliveries', 'delivery_bodies', 'attempts']) AS journal
                    WHERE to_regclass(journal || '_' || to_char(today + ahead, 'YYYYMMDD')) IS NULL)
       GROUP BY today, utc`,
      [DAYS_AHEAD + 1],
    );
    return rows[0]!.ms;
  }

  /** Days (YYYYMMDD) older than the retention that have partitions. */
  async expiredDays(retentionDays: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ day: string }>(
      `SELECT substring(relname FROM 'events_([0-9]{8})$') AS day FROM pg_class
       WHERE relkind = 'r' AND relname ~ '^events_[0-9]{8}$'
         AND to_date(substring(relname FROM 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - $1::int ORDER BY 1`,
      [retentionDays],
    );
    return rows.map((row) => row.day);
  }

  /**
   * Drops one day, unless a delivery of it has not ended or an event of it waits for its fan-out. Returns whether it did: not if another
   * dispatcher was quicker. Throws where somebody holds a lock on it. The ids that its events kept go before, some thousand at a time: there
   * may be millions, and the lock is everybody's. Meanwhile `shouldStop` may break it off.
   */
  async dropDay(day: string, shouldStop = (): boolean => false): Promise<boolean> {
    try {
      if (await isBusy(this.pool, day)) return false;
      while (!shouldStop() && (await this.forgetKeysOf(day)) > 0);
      return !shouldStop() && (await this.withShortLocks((client) => dropUnlessBusy(client, day)));
    } catch (error) {
      if ((error as { code?: string }).code === NO_SUCH_TABLE) return false;
      throw error;
    }
  }

  /** Keys are as old as their events; the days between are for clocks that disagree. */
  private async forgetKeysOf(day: string): Promise<number> {
    const { rowCount } = await this.pool.query(
      `DELETE FROM event_keys WHERE ctid IN (
         SELECT ctid FROM event_keys WHERE created_at < ${startOf(day)} + interval '3 days' AND ${isOf(day, 'event_id')} LIMIT 5000)`,
    );
    return rowCount ?? 0;
  }

  /** Forgets idempotency keys that are past their 24 hours, some thousand at a time. Returns how many. */
  async forgetOldKeys(): Promise<number> {
    const { rowCount } = await this.pool.query(
      `DELETE FROM event_keys WHERE ctid IN (
         SELECT ctid FROM event_keys WHERE created_at < now() - interval '24 hours' AND key LIKE 'k:%' LIMIT 5000)`,
    );
    return rowCount ?? 0;
  }

  /** Forgets figures that are older, some thousand rows at a time. Returns how many rows. */
  async forgetFigures(olderThanDays: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `DELETE FROM rollups WHERE ctid IN (SELECT ctid FROM rollups WHERE bucket_at < now() - make_interval(days => $1) LIMIT 5000)`,
      [olderThanDays],
    );
    return rowCount ?? 0;
  }

  /** Forgets expunges that ended longer ago than the audit log goes back, some thousand at a time. Returns how many. */
  async forgetExpunges(olderThanDays: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `DELETE FROM expunges WHERE id IN (SELECT id FROM expunges WHERE ended_at < now() - make_interval(days => $1) LIMIT 5000)`,
      [olderThanDays],
    );
    return rowCount ?? 0;
  }

  /** Forgets replays that ended longer ago than the retention. Returns how many. */
  async forgetReplays(retentionDays: number): Promise<number> {
    const { rowCount } = await this.pool.query(`DELETE FROM replays WHERE ended_at < now() - make_interval(days => $1)`, [retentionDays]);
    return rowCount ?? 0;
  }

  private async withShortLocks<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      const done = await work(client);
      await client.query('COMMIT');
      client.release();
      return done;
    } catch (error) {
      // The connection goes with whatever it was at.
      client.release(true);
      throw error;
    }
  }
}

async function dropUnlessBusy(client: PoolClient, day: string): Promise<boolean> {
  await client.query(`LOCK TABLE deliveries_${day}, events_${day} IN ACCESS EXCLUSIVE MODE`);
  if (await isBusy(client, day)) return false;
  await client.query(`DROP TABLE attempts_${day}, delivery_bodies_${day}, deliveries_${day}, events_${day}`);
  return true;
}

/** By indexes alone: under the lock a day's rows must not be read. */
async function isBusy(client: Pick<Pool, 'query'>, day: string): Promise<boolean> {
  const { rows } = await client.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM deliveries_${day} WHERE due_at IS NOT NULL)
         OR EXISTS (SELECT 1 FROM event_outbox WHERE ${isOf(day, 'event_id')}) AS busy`,
  );
  return rows[0]!.busy;
}

const startOf = (day: string): string => `timestamptz '${day} 00:00:00+00'`;

/** Is the time in a time-ordered uuid of this day? */
const isOf = (day: string, id: string): string =>
  `${id} >= uuid_floor(${startOf(day)}) AND ${id} < uuid_floor(${startOf(day)} + interval '24 hours')`;
