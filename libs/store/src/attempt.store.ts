import type { AttemptOutcome, AttemptTrigger } from '#domain/delivery.js';
import type { Timings } from '#domain/send-result.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

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
}
