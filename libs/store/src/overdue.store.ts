import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** Work that lies there for longer than it should. */
@Injectable()
export class OverdueStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /**
   * Whether any delivery, lease or event has been due for longer than this and nobody has it in hand. Looks at the oldest entries of two
   * indexes only; a row that another session holds locked is in somebody's hand.
   */
  async isOverdue(forMs: number): Promise<boolean> {
    const { rows } = await this.pool.query<{ overdue: boolean }>({ name: 'overdue', text: OVERDUE, values: [forMs] });
    return rows[0]!.overdue;
  }
}

const OVERDUE = `
WITH delivery AS (
  SELECT 1 FROM deliveries WHERE due_at < now() - make_interval(secs => $1::int / 1000.0) ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
), event AS (
  SELECT 1 FROM event_outbox WHERE due_at < now() - make_interval(secs => $1::int / 1000.0) ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
SELECT EXISTS (TABLE delivery) OR EXISTS (TABLE event) AS overdue
`;
