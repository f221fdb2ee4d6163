import fc from 'fast-check';
import { formatId } from '../../libs/domain/src/ids.js';
import { type Answer, caller, operator } from '../support/api.js';
import { type Api, startApi } from '../support/refusals.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { DIALECTS, prepareOs1 } from './dialects.js';
import { anyText, anyValue, toText } from './fuzz-corpus.js';
import { type FuzzedOperation, operationsToFuzz } from './fuzz-operations.js';

/** `FUZZ_SEED` repeats a run that failed or tries another one, `FUZZ_RUNS` multiplies how much is tried. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1);
const RUNS_PER_FIELD = 3;

/** Whatever is sent to whichever operation: it is taken or refused, a refusal leaves nothing behind, and nothing breaks. */
describe('any value in any place', () => {
  const operations = operationsToFuzz();
  let api: Api;
  /** By the names they have in paths. */
  let ids: Record<string, string>;
  let os1Key: string;

  beforeAll(async () => {
    api = await startApi();
    const { tenant, gateway, db } = api;
    os1Key = await prepareOs1(gateway.url, tenant);
    const [{ id: uuid } = { id: '' }] = await db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'input'`);
    const subscription = await tenant.subscribe({ url: 'https://example.com/' });
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } });
    await tenant.send('POST', `/v1/apps/${app.id}/topics/t/event-types`, { body: { eventTypes: [{ name: 'Known' }] } });
    const omnitron = DIALECTS.find(({ name }) => name === 'Omnitron')!;
    const { body: hook } = await tenant.send<{ id: number }>('POST', omnitron.create, {
      headers: omnitron.credential(tenant.key),
      body: omnitron.body({}),
    });
    const { body: socotra } = await tenant.send<{ locator: string }>('POST', `/event/${uuid}/webhooks`, { body: DIALECTS[3]!.body({}) });
    ids = {
      tenantLocator: uuid,
      projectId: 'input',
      // Not our own: its settings would change what else is taken.
      tenants: (await operator(gateway.url).createTenant('changed')).id,
      subscriptions: subscription.id,
      webhookLocator: socotra.locator,
      pk: String(hook.id),
      app: app.id,
      apps: app.id,
      topic: 't',
      name: 'Known',
      eventName: 'UserCreated',
    };
  });

  const credentials = ({ path, operatorOnly }: FuzzedOperation): Record<string, string> => {
    if (operatorOnly) return { authorization: `Bearer ${BOOTSTRAP_KEY}` };
    if (path.startsWith('/core/')) return { 'x-coreos-access': os1Key };
    return { authorization: `${path.startsWith('/api/v1/oms/') ? 'Token' : 'Bearer'} ${api.tenant.key}` };
  };
  /** The path with what there is; an id is named after the plural before it. */
  const pathOf = (path: string): string =>
    path.replace(/([^/]+)\/\{(\w+)\}/g, (_, before: string, name: string) => {
      if (path.startsWith('/core/') && name === 'topic') return `${before}/participant`;
      const known = name === 'id' ? ids[before] : ids[name];
      return known === undefined
        ? `${before}/${formatId('sub', '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f')}`
        : `${before}/${encodeURIComponent(known)}`;
    });

  /** Sends it and expects an answer of 2xx or 4xx; after a refusal there are as many rows as before. */
  async function attack(operation: FuzzedOperation, path: string, body?: string): Promise<Answer<unknown>> {
    const before = await api.rowCounts();
    const answer = await caller(api.gateway.url)<unknown>(operation.method, path, { body, headers: credentials(operation) });
    const shown = JSON.stringify(answer.body ?? null);
    const isFine = (answer.status >= 200 && answer.status < 300) || (answer.status >= 400 && answer.status < 500);
    if (!isFine) throw new Error(`${operation.method} ${path.slice(0, 200)} answered ${answer.status}: ${shown.slice(0, 300)}`);
    if (answer.status >= 400) {
      if ((await api.rowCounts()) !== before)
        throw new Error(`${operation.method} ${path.slice(0, 200)} was refused and left something behind.`);
      // A refusal must not outgrow its request by more than the words about it; OS1 repeats up to 16 KiB of it.
      if (shown.length > 128 * 1_024) throw new Error(`The refusal has ${shown.length} characters.`);
      if (/node_modules|\.js:\d+/.test(shown)) throw new Error(`The refusal tells of our code: ${shown.slice(0, 300)}`);
    }
    return answer;
  }

  const assert = <T>(arbitrary: fc.Arbitrary<T>, runs: number, property: (value: T) => Promise<unknown>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(arbitrary, async (value) => {
        await property(value);
      }),
      { seed: SEED, numRuns: Math.ceil(runs * RUNS), endOnFailure: true },
    );

  afterEach(async () => {
    const { status } = await api.tenant.send('POST', '/v1/events', { body: { type: 'valid', data: 1 } });
    expect(status).toBe(202);
  });

  it('is tried in every operation that takes a body, a query or a path', () => {
    expect(operations.filter(({ fields }) => fields.length > 0).length).toBeGreaterThan(25);
    expect(operations.flatMap(({ fields }) => fields).length).toBeGreaterThan(200);
  });

  it.each(operations.filter(({ fields }) => fields.length > 0).map((one) => [one.name, one] as const))(
    '%s: in each field of its body',
    (_, operation) =>
      assert(
        fc.tuple(fc.constantFrom(...operation.fields.map(({ at }) => at)), anyValue),
        operation.fields.length * RUNS_PER_FIELD,
        ([place, value]) => attack(operation, pathOf(operation.path), toText(operation.fields.find(({ at }) => at === place)!.put(value))),
      ),
  );

  it.each(operations.filter(({ fields }) => fields.length > 0).map((one) => [one.name, one] as const))('%s: for its body', (_, operation) =>
    assert(anyValue, 8, (value) => attack(operation, pathOf(operation.path), toText(value))),
  );

  it.each(operations.filter(({ query }) => query.length > 0).map((one) => [one.name, one] as const))('%s: in its query', (_, operation) =>
    assert(
      fc.dictionary(fc.constantFrom(...operation.query, 'unknown'), anyText, { minKeys: 1, maxKeys: 3 }),
      operation.query.length * RUNS_PER_FIELD,
      (query) =>
        attack(
          operation,
          `${pathOf(operation.path)}?${new URLSearchParams(Object.entries(query).map(([name, text]) => [name, text.toWellFormed()])).toString()}`,
        ),
    ),
  );

  it.each(operations.filter(({ path }) => path.includes('{')).map((one) => [one.name, one] as const))('%s: in its path', (_, operation) =>
    assert(anyText, 6, (text) =>
      attack(operation, operation.path.replaceAll(/\{\w+\}/g, encodeURIComponent(text.toWellFormed()) || '%20')),
    ),
  );
});
