import type { AttemptOutcome, AttemptTrigger } from '#domain/delivery.js';
import type { Timings } from '#domain/send-result.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';
import { bounds } from './fanout.store.js';

export interface AttemptRow {
  id: string;
  number: number;
  trigger: AttemptTrigger;
  outcome: AttemptOutcome;
  startedAt: Date;
  timings: Partial<Timings>;
  method: string | null;
  url: string | null;
  requestHeaders: Record<string, string | string[]> | null;
  status: number | null;
  responseHeaders: Record<string, string | string[]> | null;
  responseBody: Buffer | null;
  responseTruncated: boolean;
  errorCode: string | null;
  errorMessage: string | null;
}

/** What a delivery's attempts come to for a list of deliveries. */
export interface AttemptHistory {
  /** When they began, newest first; the newest LISTED of them. */
  startedAt: Date[];
  /** What the last of those that count brought; null when there is none yet. */
  last: Pick<AttemptRow, 'status' | 'responseBody' | 'errorCode' | 'errorMessage'> | null;
}

const LISTED = 100;

type HistoryRow = { id: string; startedAt: Date[]; hasLast: boolean } & NonNullable<AttemptHistory['last']>;

/** The attempts of a delivery. They are written by record.store.ts alone. */
@Injectable()
export class AttemptStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Newest first, below attempt number `beforeNumber`. The caller has checked that the delivery is the tenant's. */
  async list(deliveryUuid: string, limit: number, beforeNumber: number | null): Promise<AttemptRow[]> {
    const { rows } = await this.pool.query<AttemptRow>(
      `SELECT id, number, trigger, outcome, started_at AS "startedAt", timings, method, url, request_headers AS "requestHeaders", status,
         response_headers AS "responseHeaders", response_body AS "responseBody", response_truncated AS "responseTruncated",
         error_code AS "errorCode", error_message AS "errorMessage"
       FROM attempts WHERE delivery_id = $1 AND ($2::int IS NULL OR number < $2) ORDER BY number DESC LIMIT $3`,
      [deliveryUuid, beforeNumber, limit],
    );
    return rows;
  }

  /** Of many deliveries at once, by delivery. The caller has checked that they are the tenant's. */
  async histories(deliveryUuids: string[]): Promise<Map<string, AttemptHistory>> {
    if (deliveryUuids.length === 0) return new Map();
    const { rows } = await this.pool.query<HistoryRow>(HISTORIES, [deliveryUuids, ...bounds(deliveryUuids), LISTED]);
    return new Map(rows.map(({ id, startedAt, hasLast, ...last }) => [id, { startedAt, last: hasLast ? last : null }]));
  }
}

/** An attempt that was interrupted or came too late decided nothing. The bounds let Postgres leave out partitions. */
const HISTORIES = `
SELECT d.id, array(SELECT a.started_at FROM attempts a WHERE a.delivery_id = d.id AND a.delivery_id BETWEEN $2 AND $3
                   ORDER BY a.number DESC LIMIT $4) AS "startedAt",
  l.status, l.response_body AS "responseBody", l.error_code AS "errorCode", l.error_message AS "errorMessage", l.number IS NOT NULL AS "hasLast"
FROM unnest($1::uuid[]) AS d (id)
LEFT JOIN LATERAL (
  SELECT a.* FROM attempts a WHERE a.delivery_id = d.id AND a.delivery_id BETWEEN $2 AND $3 AND a.outcome NOT IN ('late', 'interrupted')
  ORDER BY a.number DESC LIMIT 1
) l ON true`;
