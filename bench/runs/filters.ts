import type { Options } from '../command-line.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { measureFlow, type Product, startProduct } from '../stage/flow.js';
import { endpointOf, openStage, type Stage } from '../stage/stage.js';

const TYPE = 'filtered.event';
const PATH = '/witness';
/** Rows per statement: each raises its tenant's catalog version, and versions of one row pile up within a transaction. */
const CHUNK = 500;

/** What it costs an event that its tenant has thousands of subscriptions, each with a JSON Logic filter that has to be asked. */
export async function filters(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  const report: Report = { title: 'one subscription wants the event, and all others of its type are asked', rows: [], faults: [] };
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    const witness = await product.tenant.subscribe({
      url: endpointOf(stage, 0, PATH),
      eventTypes: [TYPE],
      filter: { '>=': [{ var: 'data.number' }, 0] },
    });
    let [asked, alone, loadedUs] = [1, NaN, NaN];
    for (const count of options.subscriptions) {
      await addUnwilling(stage, witness, asked, count);
      asked = count;
      const { perEventUs, firstMs, faults } = await measureMatching(stage, product, options);
      report.faults.push(...faults);
      if (Number.isNaN(alone)) [alone, loadedUs] = [count, perEventUs];
      const what = `${count.toLocaleString('en-US')} filters`;
      const row: Row = { what: `${what}: CPU dispatcher`, value: perEventUs, unit: 'µs/event' };
      report.rows.push({ what: `${what}: first event, catalog not loaded`, value: firstMs, unit: 'ms' }, row);
      if (count > alone) report.rows.push({ what: `${what}: each filter`, value: (perEventUs - loadedUs) / (count - alone), unit: 'µs' });
    }
    return report;
  } finally {
    await stage.stop();
  }
}

/** Copies of the witness that want another customer's events. By SQL: they are to be matched, not to be made. */
async function addUnwilling({ db }: Stage, { number }: { number: number }, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += CHUNK) {
    await db.query(
      `INSERT INTO subscriptions (id, tenant_id, owner_key_id, spec, enabled, timeout_ms, created_by, modified_by)
       SELECT gen_random_uuid(), tenant_id, owner_key_id, jsonb_set(spec::jsonb, '{filter}', jsonb_build_object('and', jsonb_build_array(
           (spec::jsonb)->'filter', jsonb_build_object('==', jsonb_build_array(jsonb_build_object('var', 'data.customer'), 'c' || n)))))::json,
         enabled, timeout_ms, created_by, modified_by
       FROM subscriptions, generate_series($1::int, $2::int) n WHERE number = $3 /* bench */`,
      [first, Math.min(first + CHUNK, to) - 1, number],
    );
  }
}

async function measureMatching(
  stage: Stage,
  product: Product,
  options: Options,
): Promise<{ perEventUs: number; firstMs: number; faults: string[] }> {
  const load = {
    types: [TYPE, TYPE, TYPE, TYPE],
    bytes: options.bytes[0] ?? 1_000,
    seconds: options.seconds,
    maxEvents: options.maxEvents,
  };
  const pathsOf = (): string[] => [PATH];
  const first = await measureFlow(stage, product, { load: { ...load, maxEvents: 1, ratePerSecond: null }, pathsOf });
  const run = await measureFlow(stage, product, { load: { ...load, ratePerSecond: null }, pathsOf, patienceMs: 120_000 });
  return {
    perEventUs: ((run.cost.usage['dispatcher']?.cpuSeconds ?? NaN) * 1e6) / run.delivered,
    firstMs: first.seconds * 1_000,
    faults: [...first.faults, ...run.faults],
  };
}
