import { parseAllowList } from '#domain/address-policy.js';
import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type Logger, LOGGER_TOKEN } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { DeliverWake } from '#queue/queue.module.js';
import { AlertStore } from '#store/alert.store.js';
import { ClaimStore } from '#store/claim.store.js';
import { FanoutStore } from '#store/fanout.store.js';
import { OverdueStore } from '#store/overdue.store.js';
import { RecordStore } from '#store/record.store.js';
import { ReplayStepStore } from '#store/replay-step.store.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import { UpkeepStore } from '#store/upkeep.store.js';
import { VitalsStore } from '#store/vitals.store.js';
import { Vault } from '#vault/vault.js';
import type { Provider } from '@nestjs/common';
import { Alerts } from './alerts/alerts.js';
import { Catalog } from './catalog/catalog.js';
import { Clock } from './clock.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { InFlight } from './dispatch/in-flight.js';
import { GuardedAgents } from './dispatch/send/guarded-agents.js';
import { send } from './dispatch/send/send.js';
import { Fanout } from './fanout/fanout.js';
import { FanoutBatches } from './fanout/fanout-batches.js';
import { Observer } from './observer.js';
import { Reconciler } from './recovery/reconciler.js';
import { ReplayObserver } from './replay/replay-observer.js';
import { ReplayRunner } from './replay/replay-runner.js';
import { Watchdog } from './recovery/watchdog.js';
import { Upkeep } from './upkeep/upkeep.js';

/** The parts of the walk and how they hold together. The parts themselves know nothing of the framework: tests build them the same way. */
export const PIPELINE: Provider[] = [
  {
    provide: InFlight,
    inject: [SETTINGS_TOKEN],
    useFactory: (settings: Settings) =>
      new InFlight({
        total: settings.FAIL_POINT === 'never-claim' ? 0 : settings.DISPATCH_CONCURRENCY,
        perSubscription: settings.DISPATCH_PER_SUBSCRIPTION,
      }),
  },
  {
    provide: GuardedAgents,
    inject: [SETTINGS_TOKEN],
    useFactory: (settings: Settings) => new GuardedAgents(parseAllowList(settings.EGRESS_ALLOW_CIDRS)),
  },
  {
    provide: Clock,
    inject: [VitalsStore, LOGGER_TOKEN, Metrics],
    useFactory: async (vitals: VitalsStore, log: Logger, metrics: Metrics) => {
      let oldestTransactionSeconds = 0;
      const ask = async (): Promise<number> => {
        const read = await vitals.read();
        ({ oldestTransactionSeconds } = read);
        return read.nowMs;
      };
      const clock = new Clock({ ask, onSkewed: (offsetMs) => log.warn({ offsetMs }, 'clock.skewed') });
      metrics.gauge('tidings_clock_offset_seconds', 'How much later the database’s clock is than ours.', () => clock.offsetMs / 1_000);
      metrics.gauge('tidings_oldest_transaction_seconds', 'Age of the oldest open transaction.', () => oldestTransactionSeconds);
      // Before anything is sent.
      await clock.start();
      return clock;
    },
  },
  { provide: Observer, inject: [LOGGER_TOKEN, Metrics], useFactory: (log: Logger, metrics: Metrics) => new Observer(log, metrics) },
  {
    provide: Dispatcher,
    inject: [ClaimStore, RecordStore, Catalog, InFlight, GuardedAgents, SETTINGS_TOKEN, Observer, Clock],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      catalog: Catalog,
      inFlight: InFlight,
      agents: GuardedAgents,
      settings: Settings,
      observer: Observer,
      clock: Clock,
    ) =>
      new Dispatcher(
        claims,
        records,
        catalog,
        inFlight,
        (request) => send(request, agents),
        // Rate-limited places are handed out a little further ahead than the next sweep.
        { leaseSlackMs: settings.LEASE_SLACK_MS, horizonMs: Math.round(settings.SWEEP_INTERVAL_MS * 1.5), nowMs: clock.nowMs },
        observer,
      ),
  },
  {
    provide: Fanout,
    inject: [FanoutStore, Catalog, Dispatcher, InFlight, SETTINGS_TOKEN, DeliverWake],
    useFactory: (store: FanoutStore, catalog: Catalog, dispatcher: Dispatcher, inFlight: InFlight, settings: Settings, wake: DeliverWake) =>
      new Fanout(store, catalog, dispatcher, inFlight, settings.LEASE_SLACK_MS, (uuids) => wake.wake(uuids)),
  },
  {
    provide: FanoutBatches,
    inject: [FanoutStore, Fanout],
    useFactory: (store: FanoutStore, fanout: Fanout) => new FanoutBatches(store, fanout),
  },
  {
    provide: Alerts,
    inject: [AlertStore, Catalog, Vault, GuardedAgents],
    useFactory: (store: AlertStore, catalog: Catalog, vault: Vault, agents: GuardedAgents) =>
      new Alerts(store, catalog, vault, (request) => send(request, agents)),
  },
  {
    provide: Reconciler,
    inject: [ClaimStore, RecordStore, FanoutStore, Fanout, Dispatcher, InFlight, Alerts, SETTINGS_TOKEN, LOGGER_TOKEN],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      fanoutStore: FanoutStore,
      fanout: Fanout,
      dispatcher: Dispatcher,
      inFlight: InFlight,
      alerts: Alerts,
      settings: Settings,
      log: Logger,
    ) =>
      new Reconciler(claims, records, fanoutStore, fanout, dispatcher, inFlight, alerts, {
        intervalMs: settings.SWEEP_INTERVAL_MS,
        leaseSlackMs: settings.LEASE_SLACK_MS,
        onRecovered: (found) => log.warn(found, 'leases.recovered'),
        onError: (step, err) => log.error({ step, err }, 'sweep.failed'),
      }),
  },
  {
    provide: ReplayRunner,
    inject: [ReplayStepStore, Catalog, Dispatcher, InFlight, SETTINGS_TOKEN, LOGGER_TOKEN, Metrics],
    useFactory: (
      store: ReplayStepStore,
      catalog: Catalog,
      dispatcher: Dispatcher,
      inFlight: InFlight,
      settings: Settings,
      log: Logger,
      metrics: Metrics,
    ) =>
      new ReplayRunner(
        store,
        catalog,
        dispatcher,
        inFlight,
        {
          leaseMs: settings.LEASE_SLACK_MS,
          places: { all: settings.DISPATCH_CONCURRENCY, perSubscription: settings.DISPATCH_PER_SUBSCRIPTION },
        },
        new ReplayObserver(log, metrics),
      ),
  },
  {
    provide: Watchdog,
    inject: [OverdueStore, InFlight, SETTINGS_TOKEN, LOGGER_TOKEN],
    useFactory: (overdue: OverdueStore, inFlight: InFlight, settings: Settings, log: Logger) =>
      new Watchdog(
        (ms) => overdue.isOverdue(ms),
        inFlight,
        settings.PROGRESS_BOUND_MS,
        (sinceProgressMs) => log.fatal({ sinceProgressMs }, 'dispatcher.stuck'),
      ),
  },
  {
    provide: Upkeep,
    inject: [UpkeepStore, SigningSecretStore, SETTINGS_TOKEN, LOGGER_TOKEN],
    useFactory: (store: UpkeepStore, secrets: SigningSecretStore, settings: Settings, log: Logger) =>
      new Upkeep(store, secrets, {
        retentionDays: settings.RETENTION_DAYS,
        onDone: (done) => log.info(done, 'upkeep.done'),
        onError: (err) => log.error({ err }, 'upkeep.failed'),
      }),
  },
];
