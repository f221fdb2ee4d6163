import { formatId } from '#domain/ids.js';
import type { LocalFault, SendResult } from '#domain/send-result.js';
import type { DueCheck, EndpointCheckStore } from '#store/endpoint-check.store.js';
import type { Catalog } from '../catalog/catalog.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Send } from '../dispatch/attempt.js';

const BATCH = 50;
/** Each try waits this much longer than the one before: after five, some two and a half minutes in, only a request brings another. */
const RETRY_MS = 15_000;
const MAX_TRIES = 5;
const TIMEOUT_MS = 5_000;

/** Asks endpoints whether they expect us, before anything of a subscription is sent there: no event, no header, no secret goes along. */
export class EndpointChecks {
  constructor(
    private readonly store: EndpointCheckStore,
    private readonly catalog: Catalog,
    private readonly send: Send,
  ) {}

  /** Begins to ask those whose turn it is. Nobody waits for their answers: what is lost with the process is asked again. */
  async ask(): Promise<void> {
    const due = await this.store.take(BATCH, RETRY_MS);
    if (due.length === 0) return;
    const served = await this.catalog.served(due);
    for (const check of due) void this.askOne(check, served.get(check.subscriptionUuid)).catch(() => undefined);
  }

  private async askOne(check: DueCheck, served: ServedSubscription | undefined): Promise<void> {
    if (!served) return;
    const result = await this.send({
      method: 'POST',
      url: check.url,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(
        JSON.stringify({
          type: 'endpoint.check',
          subscriptionId: formatId('sub', check.subscriptionUuid),
          challenge: check.challenge,
        }),
      ),
      timeoutMs: TIMEOUT_MS,
      tls: served.tls(),
    });
    // A fault of ours says nothing about the endpoint: it is asked again in its time.
    if (result.kind === 'local') return;
    const error = faultOf(result, check.challenge);
    if (error === null) await this.store.succeed(check);
    else await this.store.fail(check, error, check.tries >= MAX_TRIES);
  }
}

/** What is wrong with an answer; null: it is the challenge, as plain text or as the `challenge` of a JSON object, with a status of success. */
function faultOf(result: Exclude<SendResult | LocalFault, LocalFault>, challenge: string): string | null {
  if (result.kind === 'failure') return result.code;
  if (result.status < 200 || result.status > 299) return `status_${result.status}`;
  const text = result.bodyPrefix.toString('utf8').trim();
  return text === challenge || challengeIn(text) === challenge ? null : 'wrong_answer';
}

function challengeIn(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'challenge' in parsed ? parsed.challenge : undefined;
  } catch {
    return undefined;
  }
}
