import { randomBytes } from 'node:crypto';
import { openVault } from '#vault/open-vault.js';
import { aadOf } from '#vault/vault.js';
import { parseId, formatId } from '#domain/ids.js';
import { newUuid } from '#store/new-id.js';
import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import type { Subscriber } from '../support/ledger.js';
import { SECRET_KEYS } from '../support/test-settings.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage, type Subscribed } from './stage.js';

/** Rows that a fan-out writes and commits together. */
const CHUNK = 1_000;
const CONCURRENCY = 64;

/** What came of it: how long the publish took. */
export interface CrowdServed {
  publishedInMs: number;
}

/** Publishes one event to so many subscriptions, kills the dispatcher when a part of the fan-out is committed, and lets another go on. */
export async function serveCrowdDespiteKill(subscriberCount: number, timeoutMs: number): Promise<CrowdServed> {
  const database = await createTestDatabase();
  const stage = await openStage({ database, env: { DISPATCH_CONCURRENCY: String(CONCURRENCY) } });
  const { tenant, ledger } = stage;
  const original = await stage.subscribe('crowd', { timeoutMs: 5_000 });
  const subscribers = [original, ...(await copies(database, tenant.id, original, subscriberCount - 1))];
  await haltSecondChunk(database);
  const doomed = await stage.dispatcher();
  // Asks for what is looked up once: who the publisher is.
  await tenant.deliveries();
  const { id, latencyMs } = await publishUntilAccepted(tenant, 'crowd');
  ledger.expect(id, subscribers);
  // The sweep may have taken the event up as well: then two stand there.
  await eventually(async () => expect(await insertsAtGate(database)).toBeGreaterThanOrEqual(1));
  expect(await database.query('SELECT count(*)::int AS n FROM deliveries')).toEqual([{ n: CHUNK }]);
  await doomed.kill();
  const killedAt = Date.now();
  await database.query('DROP TABLE gate');

  await stage.dispatcher();
  await ledger.check({ duplicates: 2 * CONCURRENCY, timeoutMs });
  noteResumed(killedAt);
  expect(await database.query('SELECT count(*)::int AS n FROM deliveries')).toEqual([{ n: subscriberCount }]);
  return { publishedInMs: latencyMs };
}

/** A gate of ours: while it stands, an insert that finds deliveries there waits before it. Even one whose client was killed. */
async function haltSecondChunk(database: TestDatabase): Promise<void> {
  await database.query('CREATE TABLE gate ()');
  await database.query(`CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM deliveries) THEN
        WHILE to_regclass('gate') IS NOT NULL LOOP PERFORM pg_sleep(0.05); END LOOP;
      END IF;
      RETURN NULL;
    END $$`);
  await database.query('CREATE TRIGGER gate BEFORE INSERT ON deliveries FOR EACH STATEMENT EXECUTE FUNCTION wait_at_gate()');
}

async function insertsAtGate(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
  );
  return row!.n;
}

/** Puts `count` subscriptions beside an existing one that differ from it in their path and secret only: through the API it would take minutes. */
async function copies(database: TestDatabase, tenantId: string, original: Subscribed, count: number): Promise<Subscriber[]> {
  const vault = openVault(SECRET_KEYS);
  const made = Array.from({ length: count }, (_, i) => {
    const uuid = newUuid();
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const sealed = vault.seal(secret, aadOf(parseId('ten', tenantId)!, uuid, 'signing-secret'));
    return { uuid, secret, sealed, url: `${original.url}/${i}` };
  });
  await database.query(
    `WITH copy AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS c (id, url))
     INSERT INTO subscriptions (id, tenant_id, owner_key_id, spec, enabled, timeout_ms, created_by, modified_by)
     SELECT copy.id, s.tenant_id, s.owner_key_id, jsonb_set(s.spec::jsonb, '{url}', to_jsonb(copy.url)), true, s.timeout_ms, s.created_by, s.modified_by
     FROM subscriptions s, copy WHERE s.id = $1`,
    [parseId('sub', original.id), made.map(({ uuid }) => uuid), made.map(({ url }) => url)],
  );
  await database.query(
    'INSERT INTO signing_secrets (id, subscription_id, sealed) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])',
    [made.map(() => newUuid()), made.map(({ uuid }) => uuid), made.map(({ sealed }) => sealed)],
  );
  return made.map(({ uuid, secret, url }) => ({ id: formatId('sub', uuid), secret, url }));
}
