import { githubExamples } from '../support/github-examples.js';
import type { ReceivedRequest } from '../support/receiver.js';
import { claimRedisDatabase } from '../support/redis.js';
import { defaultBody, EXPECTATIONS, type Payload, type Published } from './github-oracle.js';
import { respell } from './respell.js';
import { isSignedWith, startStage, untilAllEnded, type Stage } from './stage.js';

/** One event as text; some have an id or a time of the publisher's own. */
interface Draft {
  type: string;
  payload: Payload;
  data: string;
  occurredAt?: string;
  text: string;
}

function drafts(): Draft[] {
  return githubExamples().map(({ type, payload }, n) => {
    const data = respell(payload);
    const occurredAt = n % 4 === 0 ? new Date(Date.UTC(2024, 0, 1, 0, 0, n, n)).toISOString() : undefined;
    const ownId = n % 3 === 0 ? `"id": "github:${n}", ` : '';
    const time = occurredAt === undefined ? '' : `, "occurredAt":"${occurredAt}"`;
    return { type, payload, data, ...(occurredAt ? { occurredAt } : {}), text: `{ ${ownId}"data" : ${data} ,"type":"${type}"${time}\n}` };
  });
}

const BATCH = 40;

/** Until then only the queue wakes anybody for an event; after it the sweep finds it. */
const GRACE_MS = 10_000;

/** Every second run of events as one batch, the others one by one. */
async function publishAll({ tenant }: Stage): Promise<Published[]> {
  const published: Published[] = [];
  const all = drafts();
  for (let from = 0; from < all.length; from += BATCH) {
    const some = all.slice(from, from + BATCH);
    const answers = (from / BATCH) % 2 === 0 ? await publishBatch(tenant, some) : await publishSingly(tenant, some);
    some.forEach(({ type, payload, data, occurredAt }, i) => {
      const { id, acceptedAt } = answers[i]!;
      published.push({ id, type, payload, data, timestamp: occurredAt ?? acceptedAt });
    });
  }
  return published;
}

type Accepted = Pick<Published, 'id'> & { acceptedAt: string };

async function publishBatch(tenant: Stage['tenant'], events: Draft[]): Promise<Accepted[]> {
  const body = `{"events": [ ${events.map(({ text }) => text).join(' ,\n')}]}`;
  const answer = await tenant.send<{ items: Accepted[] }>('POST', '/v1/events/batch', { body });
  expect(answer.status).toBe(202);
  return answer.body.items;
}

const publishSingly = (tenant: Stage['tenant'], events: Draft[]): Promise<Accepted[]> =>
  Promise.all(
    events.map(async ({ text }) => {
      const answer = await tenant.send<Accepted>('POST', '/v1/events', { body: text });
      expect(answer.status).toBe(202);
      return answer.body;
    }),
  );

/** What tells one request from another. */
const keyOf = ({ path, headers }: ReceivedRequest): string => `${path.split(/[/?]/)[1]} ${String(headers['webhook-id'])}`;

/** Every expectation for every event, by key; undefined where nothing may come. */
function expectedRequests(events: Published[]): Map<string, object> {
  const expected = new Map<string, object>();
  for (const [name, { wants, path = () => '', headers, body = defaultBody, subscription }] of Object.entries(EXPECTATIONS)) {
    for (const event of events) {
      const rest = wants(event) ? path(event) : null;
      if (rest === null) continue;
      expected.set(`${name} ${event.id}`, {
        method: subscription.method ?? 'POST',
        path: `/${name}${rest}`,
        headers: { 'content-type': 'application/json', 'webhook-id': event.id, 'webhook-loop': '1', ...headers?.(event) },
        body: body(event),
        isSigned: true,
      });
    }
  }
  return expected;
}

/** Headers that every request has and whose values are judged elsewhere, or are HTTP's own. */
const ALWAYS = ['host', 'connection', 'content-length', 'accept-encoding', 'user-agent', 'webhook-timestamp', 'webhook-signature'];

function seen(request: ReceivedRequest, secret: string): object {
  const { method, path, headers, body } = request;
  const text = body.toString('utf8');
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !ALWAYS.includes(name)));
  const isWhole = ALWAYS.every((name) => headers[name] !== undefined) && headers['content-length'] === String(Buffer.byteLength(text));
  return { method, path, headers: own, body: text, isSigned: isWhole && isSignedWith(secret, request) };
}

describe.each([
  ['Postgres', () => Promise.resolve({})],
  ['Redis', async () => ({ REDIS_URL: await claimRedisDatabase() })],
])('GitHub’s own examples, with the queue in %s', (_, queue) => {
  it('reach exactly the subscriptions that want them, byte for byte, signed, once', async () => {
    const stage = await startStage({ dispatchers: 2, env: { OUTBOX_GRACE_MS: String(GRACE_MS), ...(await queue()) } });
    const { tenant, receiver, database } = stage;
    const secrets = new Map<string, string>();
    for (const [name, { subscription }] of Object.entries(EXPECTATIONS)) {
      const url = `${receiver.url}/${name}${subscription.url ?? ''}`;
      const created = await tenant.subscribe({ ...subscription, name, url, failureHandling: { retry: null } });
      secrets.set(name, created.secret);
    }

    const events = await publishAll(stage);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    await untilAllEnded(database, 60_000);

    const expected = expectedRequests(events);
    const received = receiver.requests.map(keyOf);
    expect(expected.size).toBeGreaterThan(1_000);
    expect(received.length - new Set(received).size).toBe(0);
    expect(received.toSorted()).toEqual([...expected.keys()].toSorted());
    for (const request of receiver.requests) {
      const key = keyOf(request);
      expect(seen(request, secrets.get(key.split(' ')[0]!)!)).toEqual(expected.get(key));
    }

    const [woken] = await database.query(
      `SELECT avg((d.created_at < e.accepted_at + make_interval(secs => $1 / 1000.0))::int)::float8 AS share
       FROM deliveries d JOIN events e ON e.id = d.event_id`,
      [GRACE_MS],
    );
    expect(woken?.['share']).toBeGreaterThan(0.5);

    // What did not fit its url's template was an attempt that failed, and nothing else failed.
    const homeless = events.filter(({ payload }) => payload.repository === undefined).length;
    expect(homeless).toBeGreaterThan(0);
    expect(await database.query('SELECT state, last_error, count(*)::int AS n FROM deliveries GROUP BY 1, 2 ORDER BY 1')).toEqual([
      { state: 'delivered', last_error: null, n: expected.size },
      { state: 'failed', last_error: 'template_error', n: homeless },
    ]);
  }, 120_000);
});
