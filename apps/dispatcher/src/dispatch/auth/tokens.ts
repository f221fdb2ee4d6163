import type { TokenAuth } from '#domain/endpoint-auth.js';
import { keepRecent } from '../../catalog/catalog.js';
import type { ServedSubscription } from '../../catalog/served-subscription.js';
import type { Send } from '../attempt.js';
import { readToken, type TokenAnswer, tokenRequest } from './token-request.js';

interface Kept {
  /** The credentials it was got with: others have no use for it. */
  account: string;
  header: string;
  renewAtMs: number;
}

/** Subscriptions whose tokens are kept; the least recently used one goes first. */
const MAX_KEPT = 5_000;
/** A token is renewed this long before it expires, or when a tenth of its life is left, so that it does not expire on its way. */
const MARGIN_SECONDS = 30;

/** Tokens by subscription: asked for when one is needed, kept while they live, and asked for once at a time. */
export class Tokens {
  private readonly kept = new Map<string, Kept>();
  private readonly asking = new Map<string, Promise<TokenAnswer>>();

  /** `nowMs`: a clock that only runs forward, in milliseconds. */
  constructor(
    private readonly send: Send,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Throws the vault's DomainErrors: without the secret nothing may be sent. */
  async get(served: ServedSubscription, auth: TokenAuth, timeoutMs: number): Promise<TokenAnswer | Pick<Kept, 'header'>> {
    const account = accountOf(served, auth);
    const kept = this.kept.get(served.id);
    if (kept?.account === account && kept.renewAtMs > this.nowMs()) {
      keepRecent(this.kept, served.id, kept, MAX_KEPT);
      return kept;
    }
    const key = `${served.id} ${account}`;
    const underWay = this.asking.get(key);
    if (underWay) return underWay;
    const asked = this.ask(served, auth, account, timeoutMs).finally(() => this.asking.delete(key));
    this.asking.set(key, asked);
    return asked;
  }

  /** The endpoint would not have this one; by now there may be another, which stays. */
  forget(served: ServedSubscription, header: string): void {
    if (this.kept.get(served.id)?.header === header) this.kept.delete(served.id);
  }

  private async ask(served: ServedSubscription, auth: TokenAuth, account: string, timeoutMs: number): Promise<TokenAnswer> {
    const askedAtMs = this.nowMs();
    const answer = readToken(auth, await this.send(tokenRequest(auth, served.authSecret(), timeoutMs)));
    if (answer.kind === 'token') {
      const { header, lifeSeconds } = answer;
      const renewAtMs = askedAtMs + (lifeSeconds - Math.min(MARGIN_SECONDS, lifeSeconds / 10)) * 1_000;
      keepRecent(this.kept, served.id, { account, header, renewAtMs }, MAX_KEPT);
    }
    return answer;
  }
}

/** The sealed secret stands for the secret: whoever gives it anew gets another. */
const accountOf = ({ row }: ServedSubscription, auth: TokenAuth): string => JSON.stringify([auth, row.authSecret]);
