import { formatId } from '#domain/ids.js';
import type { Logger } from '#observability/logger.js';
import type { Metrics } from '#observability/metrics.js';
import type { ClaimedPart, Progress } from '#store/replay-step.store.js';
import type { ReplayEvents } from './replay-runner.js';

/** A replay takes many steps a second; so often it is told how far it has come. */
const TELL_EVERY_MS = 5_000;

/** Log lines and metrics of replays. */
export class ReplayObserver implements ReplayEvents {
  private readonly replayed;
  private nextTellAt = 0;

  constructor(
    private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.replayed = metrics.counter('tidings_replayed_total', 'Deliveries that replays sent again (failed) or made (missing).', ['mode']);
  }

  started(part: ClaimedPart): void {
    this.log.info({ ...named(part), from: part.scope.from, to: part.scope.to }, 'replay.started');
  }

  advanced(part: ClaimedPart, released: number, progress: Progress): void {
    this.replayed.inc({ mode: part.scope.mode }, released);
    if (performance.now() < this.nextTellAt && progress.state === 'running') return;
    this.nextTellAt = performance.now() + TELL_EVERY_MS;
    this.log.info({ ...named(part), subscription_id: formatId('sub', part.scope.subscriptionUuid), ...progress }, 'replay.advanced');
  }

  ended(part: ClaimedPart, state: 'done' | 'failed', error?: string): void {
    this.log.info({ ...named(part), state, error: error ?? null }, 'replay.ended');
  }

  faulted(part: ClaimedPart | null, err: unknown): void {
    this.log.error({ ...(part ? named(part) : {}), err }, 'replay.faulted');
  }
}

const named = ({ replayUuid, scope }: ClaimedPart) => ({
  replay_id: formatId('rpl', replayUuid),
  tenant_id: scope.tenantId,
  mode: scope.mode,
});
