import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** Counts by name in windows of equal length, for gateways that share no Redis. A window begins with the first count of a name. */
@Injectable()
export class RateWindowStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds to each name, all in one statement; answers in the same order. No name may be given twice. */
  async add(counts: readonly { name: string; points: number }[], windowSeconds: number): Promise<{ used: number; msLeft: number }[]> {
    const { rows } = await poolOf(this.dataSource).query<{ name: string; used: string; ms: number }>({
      name: 'rate-windows',
      text: ADD,
      values: [counts.map(({ name }) => name), counts.map(({ points }) => points), windowSeconds],
    });
    const byName = new Map(rows.map(({ name, used, ms }) => [name, { used: Number(used), msLeft: ms }]));
    return counts.map(({ name }) => byName.get(name)!);
  }
}

/** In the order of names, so that two gateways never wait for each other. */
const ADD = `
INSERT INTO rate_windows AS w (name, used, ends_at)
SELECT g.name, g.points, now() + make_interval(secs => $3) FROM unnest($1::text[], $2::int[]) AS g (name, points) ORDER BY g.name
ON CONFLICT (name) DO UPDATE SET
  used = CASE WHEN w.ends_at <= now() THEN excluded.used ELSE w.used + excluded.used END,
  ends_at = CASE WHEN w.ends_at <= now() THEN excluded.ends_at ELSE w.ends_at END
RETURNING w.name, w.used, (extract(epoch FROM w.ends_at - now()) * 1000)::float8 AS ms`;
