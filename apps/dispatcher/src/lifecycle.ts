import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Health } from '#observability/health.js';
import { type Logger, LOGGER_TOKEN } from '#observability/logger.js';
import { Rollups } from '#store/rollups.js';
import { TenantStore } from '#store/tenant.store.js';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Alerts } from './alerts/alerts.js';
import { Clock } from './clock.js';
import { DeliverProcessor } from './dispatch/deliver.processor.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { GuardedAgents } from './dispatch/send/guarded-agents.js';
import { OutboundRequests } from './outbound/outbound-requests.js';
import { Sender } from './dispatch/send/sender.js';
import { FanoutProcessor, FloodProcessor } from './fanout/fanout.processor.js';
import { Reconciler } from './recovery/reconciler.js';
import { ReplayRunner } from './replay/replay-runner.js';
import { Watchdog } from './recovery/watchdog.js';
import { BacklogMeter } from './upkeep/backlog-meter.js';
import { Expunger } from './upkeep/expunger.js';
import { Retention } from './upkeep/retention.js';
import { Upkeep } from './upkeep/upkeep.js';

const STALLED_AFTER_MS = 60_000;

/**
 * Starts the sweep, and stops everything in order: no new work, then what is under way, then the rest is given back. This runs before the
 * framework's own shutdown, which closes the queue and the database.
 */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly reconciler: Reconciler,
    private readonly watchdog: Watchdog,
    private readonly clock: Clock,
    private readonly upkeep: Upkeep,
    private readonly retention: Retention,
    private readonly expunger: Expunger,
    private readonly outbound: OutboundRequests,
    private readonly alerts: Alerts,
    private readonly backlog: BacklogMeter,
    private readonly replays: ReplayRunner,
    private readonly dispatcher: Dispatcher,
    private readonly fanouts: FanoutProcessor,
    private readonly floods: FloodProcessor,
    private readonly deliveries: DeliverProcessor,
    private readonly sender: Sender,
    private readonly agents: GuardedAgents,
    private readonly rollups: Rollups,
    private readonly health: Health,
    private readonly tenants: TenantStore,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    @Inject(LOGGER_TOKEN) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.health.addReadiness('database', () => this.tenants.ping());
    this.health.addLiveness('sweep', () => this.checkSweep());
    this.health.addLiveness('progress', () => this.checkProgress());
    this.dispatcher.onDueIn = (delayMs) => this.reconciler.wakeIn(delayMs);
    this.upkeep.start();
    this.retention.start();
    this.expunger.start();
    this.outbound.start();
    this.backlog.start();
    this.reconciler.start();
    this.watchdog.start();
  }

  /** A sweep that never ends is nothing that time will cure. A database that is away is: the sweep fails, and ends. */
  private checkSweep(): Promise<void> {
    const stalled = this.reconciler.sinceLastSweepMs() > STALLED_AFTER_MS + this.settings.SWEEP_INTERVAL_MS;
    return stalled ? Promise.reject(new Error('The sweep has stalled.')) : Promise.resolve();
  }

  /** Work that lies there while nothing moves here, whatever else seems well. */
  private checkProgress(): Promise<void> {
    return this.watchdog.isStuck ? Promise.reject(new Error('Work is overdue and nothing moves.')) : Promise.resolve();
  }

  async beforeApplicationShutdown(signal?: string): Promise<void> {
    this.log.info({ signal }, 'dispatcher.stopping');
    this.health.drain();
    this.watchdog.stop();
    this.clock.stop();
    // Not awaited: a queue that is away must not keep the deliveries waiting.
    for (const { worker } of [this.fanouts, this.floods, this.deliveries]) void worker.pause(true).catch(() => undefined);
    await Promise.all([
      this.reconciler.stop(),
      this.upkeep.stop(),
      this.backlog.stop(),
      this.replays.stop(),
      this.retention.stop(),
      this.expunger.stop(),
    ]);
    const deadlineMs = this.settings.SHUTDOWN_DEADLINE_MS;
    const others = [this.outbound.stop(deadlineMs), this.alerts.stop(deadlineMs)];
    const [{ released }] = await Promise.all([this.dispatcher.stop(deadlineMs), ...others]);
    this.sender.destroy();
    this.agents.destroy();
    await this.rollups.stop();
    this.log.info({ released }, 'dispatcher.stopped');
  }
}
