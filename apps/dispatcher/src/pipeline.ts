import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type Logger, LOGGER_TOKEN } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { DeliverWake } from '#queue/queue.module.js';
import { AlertStore } from '#store/alert.store.js';
import { ClaimStore } from '#store/claim.store.js';
import { EndpointCheckStore } from '#store/endpoint-check.store.js';
import { FanoutStore } from '#store/fanout.store.js';
import { RecordStore } from '#store/record.store.js';
import { ReplayStepStore } from '#store/replay-step.store.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import { UpkeepStore } from '#store/upkeep.store.js';
import { Vault } from '#vault/vault.js';
import type { Provider } from '@nestjs/common';
import { Alerts } from './alerts/alerts.js';
import { Catalog } from './catalog/catalog.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { InFlight } from './dispatch/in-flight.js';
import { Dialer } from './dispatch/send/dial.js';
import { egressPolicy } from './dispatch/send/egress-policy.js';
import { GuardedAgents } from './dispatch/send/guarded-agents.js';
import { createResolve } from './dispatch/send/resolve.js';
import { send } from './dispatch/send/send.js';
import { Sender } from './dispatch/send/sender.js';
import { EndpointChecks } from './endpoint-checks/endpoint-checks.js';
import { Fanout } from './fanout/fanout.js';
import { FanoutBatches } from './fanout/fanout-batches.js';
import { Observer } from './observer.js';
import { Reconciler } from './recovery/reconciler.js';
import { ReplayObserver } from './replay/replay-observer.js';
import { ReplayRunner } from './replay/replay-runner.js';
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
    provide: Dialer,
    inject: [SETTINGS_TOKEN],
    useFactory: (settings: Settings) => new Dialer(egressPolicy(settings), createResolve(settings.DNS_SERVERS)),
  },
  { provide: Sender, inject: [Dialer], useFactory: (dialer: Dialer) => new Sender(dialer) },
  { provide: GuardedAgents, inject: [Dialer], useFactory: (dialer: Dialer) => new GuardedAgents(dialer) },
  { provide: Observer, inject: [LOGGER_TOKEN, Metrics], useFactory: (log: Logger, metrics: Metrics) => new Observer(log, metrics) },
  {
    provide: Dispatcher,
    inject: [ClaimStore, RecordStore, Catalog, InFlight, Sender, SETTINGS_TOKEN, Observer],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      catalog: Catalog,
      inFlight: InFlight,
      sender: Sender,
      settings: Settings,
      observer: Observer,
    ) =>
      new Dispatcher(
        claims,
        records,
        catalog,
        inFlight,
        (request) => sender.send(request),
        // Rate-limited places are handed out a little further ahead than the next sweep.
        { leaseSlackMs: settings.LEASE_SLACK_MS, horizonMs: Math.round(settings.SWEEP_INTERVAL_MS * 1.5) },
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
    provide: EndpointChecks,
    inject: [EndpointCheckStore, Catalog, GuardedAgents],
    useFactory: (store: EndpointCheckStore, catalog: Catalog, agents: GuardedAgents) =>
      new EndpointChecks(store, catalog, (request) => send(request, agents)),
  },
  {
    provide: Reconciler,
    inject: [ClaimStore, RecordStore, FanoutStore, Fanout, Dispatcher, InFlight, Alerts, EndpointChecks, SETTINGS_TOKEN, LOGGER_TOKEN],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      fanoutStore: FanoutStore,
      fanout: Fanout,
      dispatcher: Dispatcher,
      inFlight: InFlight,
      alerts: Alerts,
      checks: EndpointChecks,
      settings: Settings,
      log: Logger,
    ) =>
      new Reconciler(claims, records, fanoutStore, fanout, dispatcher, inFlight, alerts, checks, {
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
