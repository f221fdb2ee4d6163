import type { TallyRow } from '#domain/stats/rollup.js';
import { trimmed } from '#domain/stats/latency-histogram.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** Stands in place of a subscription where a row is about its tenant as a whole. */
export const WHOLE_TENANT = '00000000-0000-0000-0000-000000000000';

/** Writes figures. */
@Injectable()
export class RollupStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Adds the rows to the buckets of now, by the database's clock. */
  async add(rows: readonly TallyRow[]): Promise<void> {
    if (rows.length === 0) return;
    const column = (pick: (row: TallyRow) => unknown): unknown[] => rows.map(pick);
    await this.pool.query({
      name: 'rollup-add',
      text: ADD,
      values: [
        column((row) => row.tenantId),
        column((row) => row.subscriptionId ?? WHOLE_TENANT),
        ...COUNTERS.map((counter) => column((row) => row[counter])),
        // An array of arrays would have to have one length for all.
        column((row) => `{${trimmed(row.requestMs).join()}}`),
        column((row) => `{${trimmed(row.deliveryMs).join()}}`),
      ],
    });
  }
}

const COUNTERS = ['accepted', 'matched', 'delivered', 'retried', 'failed', 'diverted', 'refused', 'late'] as const;

/** In one order for all processes: two that add to the same rows wait for each other instead of deadlocking. */
const ADD = `
INSERT INTO rollups AS r (tenant_id, subscription_id, bucket_at, ${COUNTERS.join(', ')}, request_ms, delivery_ms)
SELECT g.tenant_id, g.subscription_id,
  date_bin(CASE WHEN g.subscription_id = '${WHOLE_TENANT}' THEN interval '1 minute' ELSE interval '10 minutes' END, now(), 'epoch'),
  ${COUNTERS.map((counter) => `g.${counter}`).join(', ')}, g.request_ms::int[], g.delivery_ms::int[]
FROM unnest($1::uuid[], $2::uuid[], ${COUNTERS.map((_, i) => `$${i + 3}::int[]`).join(', ')}, $11::text[], $12::text[])
  AS g (tenant_id, subscription_id, ${COUNTERS.join(', ')}, request_ms, delivery_ms)
ORDER BY 1, 2
ON CONFLICT (tenant_id, subscription_id, bucket_at) DO UPDATE SET
  ${COUNTERS.map((counter) => `${counter} = r.${counter} + excluded.${counter}`).join(', ')},
  request_ms = add_counts(r.request_ms, excluded.request_ms), delivery_ms = add_counts(r.delivery_ms, excluded.delivery_ms)`;
