import { setTimeout as pause } from 'node:timers/promises';
import { publishSteadily } from '../chaos/publisher.js';
import { openStage } from '../chaos/stage.js';
import { startLoadBalancer } from '../support/load-balancer.js';
import { type AppProcess, startGateway } from '../support/processes.js';
import { tenantApi } from '../support/api.js';

const LOAD_MS = 60_000;
const PER_SECOND = 40;
const CALM_MS = 1_000;
/** As the manifests have it, though shorter: the balancer hears of it first, and then the process. */
const PRE_STOP_MS = 500;

describe('a roll-out over two gateways and two dispatchers under load', () => {
  it('fails no publish, loses nothing and sends nothing twice', async () => {
    const stage = await openStage();
    const { ledger } = stage;
    stage.receiver.on('/rolling', { kind: 'answer', delayMs: 50 });
    const subscription = await stage.subscribe('rolling');
    const gateways = [stage.gateway, await startGateway(stage.env)];
    const dispatchers = await Promise.all([stage.dispatcher(), stage.dispatcher()]);
    const balancer = await startLoadBalancer(() => gateways.map(({ url }) => url));

    const over = pause(LOAD_MS);
    let replaced = 0;
    const isOver = { now: false };
    void over.then(() => (isOver.now = true));
    const rollOut = (async () => {
      for (let i = 0; !isOver.now; i++) {
        await replace(gateways, i % 2, () => startGateway(stage.env));
        await replace(dispatchers, i % 2, () => stage.dispatcher());
        replaced += 2;
        await pause(CALM_MS);
      }
    })();
    const tenant = tenantApi(balancer.url, stage.tenant.id, stage.tenant.key);
    const publications = await publishSteadily(tenant, 'rolling', { perSecond: PER_SECOND, during: over });
    await rollOut;

    expect(publications.filter(({ status }) => status !== 202)).toEqual([]);
    // However busy the machine is.
    expect(publications.length).toBeGreaterThan(10 * PER_SECOND);
    expect(replaced).toBeGreaterThanOrEqual(4);
    for (const { id } of publications) ledger.expect(id!, [subscription]);
    await ledger.check({ duplicates: 0, timeoutMs: 60_000 });
  }, 300_000);

  /** The new one is ready before the old one is told to leave, as with `maxUnavailable: 0`. */
  async function replace(apps: AppProcess[], index: number, start: () => Promise<AppProcess>): Promise<void> {
    const old = apps[index]!;
    apps[index] = await start();
    await pause(PRE_STOP_MS);
    expect(await old.stop()).toEqual({ code: 0, signal: null });
  }
});
