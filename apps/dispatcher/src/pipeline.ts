import { type BreakerPolicy, DEFAULT_BREAKER } from '#domain/breaker.js';
import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type Logger, LOGGER_TOKEN } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { type Tracer, TRACER_TOKEN } from '#observability/tracer.js';
import { DeliverWake } from '#queue/queue.module.js';
import { AlertStore } from '#store/alert.store.js';
import { BreakerStore } from '#store/breaker.store.js';
import { AttemptStore } from '#store/attempt.store.js';
import { BacklogStore } from '#store/backlog.store.js';
import { ClaimStore } from '#store/claim.store.js';
import { EndpointCheckStore } from '#store/endpoint-check.store.js';
import { FanoutStore } from '#store/fanout.store.js';
import { OutboundRequestStore } from '#store/outbound-request.store.js';
import { OverdueStore } from '#store/overdue.store.js';
import { RecordStore } from '#store/record.store.js';
import { RegistryStore } from '#store/registry.store.js';
import { ReplayStepStore } from '#store/replay-step.store.js';
import { Rollups } from '#store/rollups.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import { TenantStore } from '#store/tenant.store.js';
import { ExpungeStore } from '#store/expunge.store.js';
import { RetentionStore } from '#store/retention.store.js';
import { AuditStore } from '#store/audit.store.js';
import { UpkeepStore } from '#store/upkeep.store.js';
import { VitalsStore } from '#store/vitals.store.js';
import { Vault } from '#vault/vault.js';
import type { Provider } from '@nestjs/common';
import { Alerts } from './alerts/alerts.js';
import { Catalog } from './catalog/catalog.js';
import { attempt, type Attempted, type SendFor, type Work } from './dispatch/attempt.js';
import { traced } from './dispatch/attempt-span.js';
import { Breakers } from './dispatch/breakers.js';
import { Credentials } from './dispatch/auth/credentials.js';
import { Clock } from './clock.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { Endpoints } from './dispatch/endpoints.js';
import { InFlight, type InFlightLimits } from './dispatch/in-flight.js';
import { get } from './dispatch/send/get.js';
import { Dialer } from './dispatch/send/dial.js';
import { egressPolicy } from './dispatch/send/egress-policy.js';
import { GuardedAgents } from './dispatch/send/guarded-agents.js';
import { createResolve } from './dispatch/send/resolve.js';
import { send } from './dispatch/send/send.js';
import { Sender } from './dispatch/send/sender.js';
import { EndpointChecks } from './endpoint-checks/endpoint-checks.js';
import { DispatcherMetrics } from './dispatcher-metrics.js';
import { Fanout } from './fanout/fanout.js';
import { FanoutBatches } from './fanout/fanout-batches.js';
import { Callbacks } from './outbound/callbacks.js';
import { Hydrations } from './outbound/hydrations.js';
import { OutboundRequests } from './outbound/outbound-requests.js';
import { Observer } from './observer.js';
import { Reconciler } from './recovery/reconciler.js';
import { ReplayObserver } from './replay/replay-observer.js';
import { ReplayRunner } from './replay/replay-runner.js';
import { Watchdog } from './recovery/watchdog.js';
import { BacklogMeter } from './upkeep/backlog-meter.js';
import { Expunger } from './upkeep/expunger.js';
import { Retention } from './upkeep/retention.js';
import { Upkeep } from './upkeep/upkeep.js';
import { UpkeepObserver } from './upkeep/upkeep-observer.js';

const breakerPolicy = (settings: Settings): BreakerPolicy => ({
  ...DEFAULT_BREAKER,
  lastingMs: settings.BREAKER_AFTER_MS,
  firstCoolDownMs: settings.BREAKER_COOL_DOWN_MS,
});

/** Shares become places: at least one each. */
const inFlightLimits = (settings: Settings): InFlightLimits => ({
  total: settings.FAIL_POINT === 'never-claim' ? 0 : settings.DISPATCH_CONCURRENCY,
  perSubscription: settings.DISPATCH_PER_SUBSCRIPTION,
  perTenant: Math.ceil((settings.DISPATCH_CONCURRENCY * settings.DISPATCH_TENANT_PERCENT) / 100),
  slow: Math.max(1, Math.floor((settings.DISPATCH_CONCURRENCY * settings.DISPATCH_SLOW_PERCENT) / 100)),
});

/** How an attempt is made; without a tracer exactly as if there were no traces. */
function attemptWith(
  credentials: Credentials,
  clock: Clock,
  tracer: Tracer | null,
  sendsTraceparent: boolean,
): (work: Work) => Promise<Attempted> {
  const send: SendFor = (request, served) => credentials.send(request, served);
  if (!tracer) return (work) => attempt(work, send, clock.nowMs);
  return (work) => traced(tracer, work, (traceparent) => attempt(work, send, clock.nowMs, sendsTraceparent ? traceparent : undefined));
}

/** The parts of the walk and how they hold together. The parts themselves know nothing of the framework: tests build them the same way. */
export const PIPELINE: Provider[] = [
  { provide: Endpoints, inject: [SETTINGS_TOKEN], useFactory: (settings: Settings) => new Endpoints(breakerPolicy(settings)) },
  {
    provide: InFlight,
    inject: [SETTINGS_TOKEN, Endpoints],
    useFactory: (settings: Settings, endpoints: Endpoints) =>
      new InFlight(inFlightLimits(settings), (subscription, oldestMs) => endpoints.lane(subscription, oldestMs)),
  },
  {
    provide: Breakers,
    inject: [BreakerStore, Endpoints, SETTINGS_TOKEN],
    useFactory: (store: BreakerStore, endpoints: Endpoints, settings: Settings) => new Breakers(store, endpoints, breakerPolicy(settings)),
  },
  {
    provide: Dialer,
    inject: [SETTINGS_TOKEN],
    useFactory: (settings: Settings) => new Dialer(egressPolicy(settings), createResolve(settings.DNS_SERVERS)),
  },
  { provide: Sender, inject: [Dialer], useFactory: (dialer: Dialer) => new Sender(dialer) },
  { provide: GuardedAgents, inject: [Dialer], useFactory: (dialer: Dialer) => new GuardedAgents(dialer) },
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
  {
    provide: Observer,
    inject: [LOGGER_TOKEN, Metrics, Rollups, Clock, TRACER_TOKEN],
    useFactory: (log: Logger, metrics: Metrics, rollups: Rollups, clock: Clock, tracer: Tracer | null) =>
      new Observer(log, metrics, rollups.figures, clock.nowMs, tracer),
  },
  {
    provide: Credentials,
    inject: [Sender, GuardedAgents],
    useFactory: (sender: Sender, agents: GuardedAgents) =>
      new Credentials(
        (request) => sender.send(request),
        (request) => send(request, agents),
      ),
  },
  {
    provide: Dispatcher,
    inject: [ClaimStore, RecordStore, Catalog, InFlight, Breakers, Credentials, SETTINGS_TOKEN, Observer, Clock, TRACER_TOKEN],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      catalog: Catalog,
      inFlight: InFlight,
      breakers: Breakers,
      credentials: Credentials,
      settings: Settings,
      observer: Observer,
      clock: Clock,
      tracer: Tracer | null,
    ) =>
      new Dispatcher(
        claims,
        records,
        catalog,
        inFlight,
        breakers,
        attemptWith(credentials, clock, tracer, settings.SEND_TRACEPARENT),
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
    inject: [FanoutStore, Fanout, InFlight, Dispatcher],
    useFactory: (store: FanoutStore, fanout: Fanout, inFlight: InFlight, dispatcher: Dispatcher) =>
      new FanoutBatches(store, fanout, inFlight, () => dispatcher.placesGivenBack()),
  },
  {
    provide: Alerts,
    inject: [AlertStore, Catalog, Vault, GuardedAgents, Observer],
    useFactory: (store: AlertStore, catalog: Catalog, vault: Vault, agents: GuardedAgents, observer: Observer) =>
      new Alerts(
        store,
        catalog,
        vault,
        (request) => send(request, agents),
        (error) => observer.sweepFailed('alerts', error),
      ),
  },
  {
    provide: Callbacks,
    inject: [OutboundRequestStore, AttemptStore, TenantStore, Catalog, GuardedAgents],
    useFactory: (store: OutboundRequestStore, attempts: AttemptStore, tenants: TenantStore, catalog: Catalog, agents: GuardedAgents) =>
      new Callbacks(store, attempts, tenants, catalog, (request) => send(request, agents)),
  },
  {
    provide: Hydrations,
    inject: [OutboundRequestStore, RegistryStore, GuardedAgents, DeliverWake],
    useFactory: (store: OutboundRequestStore, registry: RegistryStore, agents: GuardedAgents, wake: DeliverWake) =>
      new Hydrations(
        store,
        registry,
        (url) => get(url, agents),
        (delivery) => wake.wake([delivery]),
      ),
  },
  {
    provide: OutboundRequests,
    inject: [OutboundRequestStore, Callbacks, Hydrations, SETTINGS_TOKEN, Observer],
    useFactory: (store: OutboundRequestStore, callbacks: Callbacks, hydrations: Hydrations, settings: Settings, observer: Observer) =>
      new OutboundRequests(store, callbacks, hydrations, {
        intervalMs: settings.SWEEP_INTERVAL_MS,
        onMade: (due, handled) => observer.madeOutbound(due, handled),
        onError: (due, code, error) => observer.outboundFaulted(due, code, error),
      }),
  },
  {
    provide: EndpointChecks,
    inject: [EndpointCheckStore, Catalog, GuardedAgents],
    useFactory: (store: EndpointCheckStore, catalog: Catalog, agents: GuardedAgents) =>
      new EndpointChecks(store, catalog, (request) => send(request, agents)),
  },
  {
    provide: Reconciler,
    inject: [
      ClaimStore,
      RecordStore,
      FanoutStore,
      Fanout,
      Dispatcher,
      InFlight,
      Alerts,
      EndpointChecks,
      ReplayRunner,
      SETTINGS_TOKEN,
      Observer,
    ],
    useFactory: (
      claims: ClaimStore,
      records: RecordStore,
      fanoutStore: FanoutStore,
      fanout: Fanout,
      dispatcher: Dispatcher,
      inFlight: InFlight,
      alerts: Alerts,
      checks: EndpointChecks,
      replays: ReplayRunner,
      settings: Settings,
      observer: Observer,
    ) =>
      new Reconciler(claims, records, fanoutStore, fanout, dispatcher, inFlight, alerts, checks, replays, {
        intervalMs: settings.SWEEP_INTERVAL_MS,
        leaseSlackMs: settings.LEASE_SLACK_MS,
        onRecovered: (found) => observer.recovered(found),
        onSwept: (events) => observer.swept('event', events),
        onReleasable: (subscriptions) => observer.swept('held', subscriptions),
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
    provide: UpkeepObserver,
    inject: [LOGGER_TOKEN, Metrics],
    useFactory: (log: Logger, metrics: Metrics) => new UpkeepObserver(log, metrics),
  },
  {
    provide: Retention,
    inject: [RetentionStore, UpkeepObserver],
    useFactory: (store: RetentionStore, observer: UpkeepObserver) => new Retention(store, observer.retention),
  },
  {
    provide: Expunger,
    inject: [ExpungeStore, UpkeepObserver],
    useFactory: (store: ExpungeStore, observer: UpkeepObserver) => new Expunger(store, observer.expunging),
  },
  {
    provide: Upkeep,
    inject: [UpkeepStore, SigningSecretStore, OutboundRequestStore, AuditStore, SETTINGS_TOKEN, UpkeepObserver],
    useFactory: (
      store: UpkeepStore,
      secrets: SigningSecretStore,
      outbound: OutboundRequestStore,
      audit: AuditStore,
      settings: Settings,
      observer: UpkeepObserver,
    ) =>
      new Upkeep(
        store,
        secrets,
        outbound,
        audit,
        { auditRetentionDays: settings.AUDIT_RETENTION_DAYS, retentionDays: settings.RETENTION_DAYS },
        observer,
      ),
  },
];
