import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

const DAYS_AHEAD = 7;
/** Partition and drop wait for locks at most this long, so that upkeep never holds up the hot path for more. */
const LOCK_TIMEOUT = '500ms';

/** What the tables need from time to time. Every call may run on several dispatchers at once. */
@Injectable()
export class UpkeepStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Makes partitions up to a week ahead. Returns how many it made. */
  async ensurePartitions(): Promise<number> {
    const { rows } = await this.pool.query<{ made: number }>(
      `SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + $1::int) AS made`,
      [DAYS_AHEAD],
    );
    return rows[0]!.made;
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

  /** Drops one day, unless a delivery of it has not ended or an event of it waits for its fan-out. Returns whether it did. */
  async dropDay(day: string): Promise<boolean> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query(`LOCK TABLE deliveries_${day}, events_${day} IN ACCESS EXCLUSIVE MODE`);
      const { rows } = await client.query<{ busy: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM deliveries_${day} WHERE due_at IS NOT NULL)
             OR EXISTS (SELECT 1 FROM event_outbox o JOIN events_${day} e ON e.id = o.event_id) AS busy`,
      );
      if (!rows[0]!.busy) {
        await client.query(`DELETE FROM event_keys k USING events_${day} e WHERE k.event_id = e.id`);
        await client.query(`DROP TABLE attempts_${day}, delivery_bodies_${day}, deliveries_${day}, events_${day}`);
      }
      await client.query('COMMIT');
      return !rows[0]!.busy;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
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
}
