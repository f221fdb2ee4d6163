import { deliveryUuid } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import type { NewReplay, Replay, ReplayCount } from './api-shapes.js';
import type { TenantApi } from './api.js';
import type { TestDatabase } from './database.js';
import { eventually } from './eventually.js';

/** The last hour, as a window. */
export const lastHour = (): { from: string; to: string } => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date().toISOString(),
});

export async function startReplay(tenant: TenantApi, replay: NewReplay): Promise<Replay> {
  const { status, body } = await tenant.send<Replay>('POST', '/v1/replays', { body: replay });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

export async function dryRun(tenant: TenantApi, replay: NewReplay): Promise<ReplayCount> {
  const { status, body } = await tenant.send<ReplayCount>('POST', '/v1/replays', { body: { ...replay, dryRun: true } });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

export const readReplay = async (tenant: TenantApi, { id }: { id: string }): Promise<Replay> =>
  (await tenant.send<Replay>('GET', `/v1/replays/${id}`)).body;

export async function tellReplay(tenant: TenantApi, { id }: Replay, what: 'cancel' | 'pause' | 'resume'): Promise<Replay> {
  const { status, body } = await tenant.send<Replay>('POST', `/v1/replays/${id}/${what}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

export const untilReplay = (tenant: TenantApi, replay: Replay, expected: object, timeoutMs = 20_000): Promise<Replay> =>
  eventually(
    async () => {
      const now = await readReplay(tenant, replay);
      expect(now).toMatchObject(expected);
      return now;
    },
    { timeoutMs, what: 'a replay' },
  );

const ROWS_AT_ONCE = 5_000;

/** Events of the type `old` whose deliveries have failed, written past the product. Returns the events' uuids. */
export async function insertFailed(
  db: Pick<TestDatabase, 'query'>,
  tenantId: string,
  subscriptionUuid: string,
  count: number,
): Promise<string[]> {
  const events = Array.from({ length: count }, () => newUuid());
  for (let i = 0; i < count; i += ROWS_AT_ONCE) {
    const some = events.slice(i, i + ROWS_AT_ONCE);
    await db.query(
      `INSERT INTO events (id, tenant_id, type, occurred_at, raw, data_start, data_end)
       SELECT id, $1, 'old', now(), '{"data":1}', 8, 9 FROM unnest($2::uuid[]) AS g (id)`,
      [tenantId, some],
    );
    await db.query(
      `INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, reason, ended_at)
       SELECT g.id, $1, g.event_id, $2, 'old', 'failed', 'attempts_exhausted', now() FROM unnest($3::uuid[], $4::uuid[]) AS g (id, event_id)`,
      [tenantId, subscriptionUuid, some.map((event) => deliveryUuid(event, subscriptionUuid)), some],
    );
  }
  return events;
}
