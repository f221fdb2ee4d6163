import { type BreakerPolicy, coolDownMs } from '#domain/breaker.js';
import { type EndpointVerdict, judgeEndpoint } from '#domain/endpoint-verdict.js';
import type { BreakerStore } from '#store/breaker.store.js';
import type { Claimed } from '#store/claim.store.js';
import type { FinishedAttempt } from '#store/record.store.js';
import type { Endpoints } from './endpoints.js';

/** What became of a breaker; `nextProbeInMs` where it is open now. */
export type BreakerChange = { to: 'opened' | 'reopened'; nextProbeInMs: number } | { to: 'closed' };

/** Opens and closes subscriptions' breakers by what their attempts come to. While all is well this writes nothing. */
export class Breakers {
  constructor(
    private readonly store: BreakerStore,
    private readonly endpoints: Endpoints,
    private readonly policy: BreakerPolicy,
  ) {}

  /** Takes note of an attempt; resolves to what it changed, if anything. */
  async note({ claim, result }: FinishedAttempt): Promise<BreakerChange | null> {
    const verdict = judgeEndpoint(result);
    const failsTooOften = this.endpoints.note(claim.subscriptionUuid, verdict, result.timings.totalMs ?? 0);
    if (claim.probe) return this.settle(claim, claim.probe.trips + 1, verdict);
    if (!failsTooOften) return null;
    const nextProbeInMs = coolDownMs(1, this.policy);
    return (await this.store.open(claim.subscriptionUuid, nextProbeInMs)) ? { to: 'opened', nextProbeInMs } : null;
  }

  private async settle(claim: Claimed, trips: number, verdict: EndpointVerdict): Promise<BreakerChange | null> {
    if (verdict === 'well') return (await this.store.close(claim)) ? { to: 'closed' } : null;
    if (verdict === 'unknown') {
      await this.store.probeAgain(claim);
      return null;
    }
    const nextProbeInMs = coolDownMs(trips, this.policy);
    return (await this.store.reopen(claim, nextProbeInMs)) ? { to: 'reopened', nextProbeInMs } : null;
  }
}
