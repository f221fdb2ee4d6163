import { parseAllowList } from '#domain/address-policy.js';
import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type Logger, LOGGER_TOKEN } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { DeliverWake } from '#queue/queue.module.js';
import { AlertStore } from '#store/alert.store.js';
import { BacklogStore } from '#store/backlog.store.js';
import { ClaimStore } from '#store/claim.store.js';
import { FanoutStore } from '#store/fanout.store.js';
import { RecordStore } from '#store/record.store.js';
import { ReplayStepStore } from '#store/replay-step.store.js';
import { Rollups } from '#store/rollups.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import { UpkeepStore } from '#store/upkeep.store.js';
import { Vault } from '#vault/vault.js';
import type { Provider } from '@nestjs/common';
import { Alerts } from './alerts/alerts.js';
import { Catalog } from './catalog/catalog.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { InFlight } from './dispatch/in-flight.js';
import { GuardedAgents } from './dispatch/send/guarded-agents.js';
import { send } from './dispatch/send/send.js';
import { DispatcherMetrics } from './dispatcher-metrics.js';
import { Fanout } from './fanout/fanout.js';
import { FanoutBatches } from './fanout/fanout-batches.js';
import { Observer } from './observer.js';
import { Reconciler } from './recovery/reconciler.js';
import { ReplayObserver } from './replay/replay-observer.js';
import { ReplayRunner } from './replay/replay-runner.js';
import { BacklogMeter } from './upkeep/backlog-meter.js';
import { Upkeep } from './upkeep/upkeep.js';

/** The parts of the walk and how they hold together. The parts themselves know nothing of the framework: tests build them the same way. */
export const PIPELINE: Provider[] = [
  {
    provide: InFlight,
    inject: [SETTINGS_TOKEN],
    useFactory: (settings: Settings) =>
      new InFlight({ total: settings.DISPATCH_CONCURRENCY, perSubscription: settings.DISPATCH_PER_SUBSCRIPTION }),
  },
  {
    provide: GuardedAgents,
    inject: [SETTINGS_TOKEN],
    useFactory: (settings: Settings) => new GuardedAgents(parseAllowList(settings.EGRESS_ALLOW_CIDRS)),
  },
  {
    provide: Observer,
    inject: [LOGGER_TOKEN, Metrics, Rollups],
    useFactory: (log: Logger, metrics: Metrics, rollups: Rollups) => new Observer(log, metrics, rollups.figures),
  },
  {
    provide: Dispatcher,
    inject: [ClaimStore, RecordStore, Catalog, InFlight, GuardedAgents, SETTINGS_TOKEN, Observer],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      catalog: Catalog,
      inFlight: InFlight,
      agents: GuardedAgents,
      settings: Settings,
      observer: Observer,
    ) =>
      new Dispatcher(
        claims,
        records,
        catalog,
        inFlight,
        (request) => send(request, agents),
        // Rate-limited places are handed out a little further ahead than the next sweep.
        { leaseSlackMs: settings.LEASE_SLACK_MS, horizonMs: Math.round(settings.SWEEP_INTERVAL_MS * 1.5) },
        observer,
      ),
  },
  {
    provide: Fanout,
    inject: [FanoutStore, Catalog, Dispatcher, InFlight, SETTINGS_TOKEN, DeliverWake, Observer],
    useFactory: (
      store: FanoutStore,
      catalog: Catalog,
      dispatcher: Dispatcher,
      inFlight: InFlight,
      settings: Settings,
      wake: DeliverWake,
      observer: Observer,
    ) =>
      new Fanout(
        store,
        catalog,
        dispatcher,
        inFlight,
        settings.LEASE_SLACK_MS,
        (uuids) => wake.wake(uuids),
        (done) => observer.fannedOut(done),
      ),
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
    inject: [ClaimStore, RecordStore, FanoutStore, Fanout, Dispatcher, InFlight, Alerts, SETTINGS_TOKEN, Observer],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      fanoutStore: FanoutStore,
      fanout: Fanout,
      dispatcher: Dispatcher,
      inFlight: InFlight,
      alerts: Alerts,
      settings: Settings,
      observer: Observer,
    ) =>
      new Reconciler(claims, records, fanoutStore, fanout, dispatcher, inFlight, alerts, {
        intervalMs: settings.SWEEP_INTERVAL_MS,
        leaseSlackMs: settings.LEASE_SLACK_MS,
        onRecovered: (found) => observer.recovered(found),
        onSwept: (events) => observer.swept(events),
        onError: (step, err) => observer.sweepFailed(step, err),
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
    provide: BacklogMeter,
    inject: [BacklogStore, SETTINGS_TOKEN, LOGGER_TOKEN],
    useFactory: (store: BacklogStore, settings: Settings, log: Logger) =>
      new BacklogMeter(store, settings.BACKLOG_INTERVAL_MS, (err) => log.warn({ err }, 'backlog.unmeasured')),
  },
  {
    provide: DispatcherMetrics,
    inject: [Metrics, InFlight, SETTINGS_TOKEN],
    useFactory: (metrics: Metrics, inFlight: InFlight, settings: Settings) =>
      new DispatcherMetrics(metrics, inFlight, settings.DISPATCH_CONCURRENCY),
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
