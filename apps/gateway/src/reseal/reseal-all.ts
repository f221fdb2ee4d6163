import { DomainError } from '#domain/errors.js';
import type { ResealStore, SealedHoldings } from '#store/reseal.store.js';
import { storageError } from '#store/storage-error.js';
import type { Vault } from '#vault/vault.js';
import { type Reseal, resealHoldings } from './reseal-holdings.js';

export interface Resealed {
  /** Subscriptions looked at in the last round. */
  subscriptions: number;
  /** Texts that were sealed anew. */
  texts: number;
  /** Texts that are still sealed under another key: it is missing, they were changed, or others keep writing. */
  left: number;
  /** Codes of what stood in the way in the last round, each once. */
  faults: string[];
}

const PAGE = 200;
/** Processes that have not been restarted yet go on sealing under the old key; each round takes what they made since. */
const MAX_ROUNDS = 10;

/**
 * Seals everything anew that is not sealed under the active key, while the system runs: round after round until a round finds nothing to do
 * or nothing that it can do. What is done is done, so it may be stopped and started again at any moment.
 */
export async function resealAll(store: ResealStore, vault: Vault, onRound: (round: Resealed) => void): Promise<Resealed> {
  let texts = 0;
  for (let rounds = 1; ; rounds++) {
    const round = await resealRound(store, vault);
    texts += round.texts;
    const all = { ...round, texts };
    onRound(all);
    const isDone = round.texts === 0 && !round.faults.includes('busy');
    if (isDone || rounds === MAX_ROUNDS) return all;
  }
}

async function resealRound(store: ResealStore, vault: Vault): Promise<Resealed> {
  const round: Resealed = { subscriptions: 0, texts: 0, left: 0, faults: [] };
  for (let page = await store.page(null, PAGE); page.length > 0; page = await store.page(page.at(-1)!.id, PAGE)) {
    for (const holdings of page) await resealOne(store, vault, holdings, round);
  }
  return round;
}

async function resealOne(store: ResealStore, vault: Vault, found: SealedHoldings, round: Resealed): Promise<void> {
  round.subscriptions++;
  const stale = countStale(vault, found);
  if (stale === 0) return;
  let done = 0;
  const faults = new Set(round.faults);
  const reseal: Reseal = (sealed, aad) => {
    try {
      const anew = vault.reseal(sealed, aad);
      if (anew !== sealed) done++;
      return anew;
    } catch (error) {
      faults.add(codeOf(error));
      return sealed;
    }
  };
  try {
    await store.rewrite(found.id, (current) => {
      done = 0;
      return resealHoldings(current, reseal);
    });
  } catch (error) {
    const known = storageError(error);
    // Somebody else holds the row: the next round comes by again. Whatever else the database says ends the run.
    if (!(known instanceof DomainError) || known.code !== 'busy') throw error;
    done = 0;
    faults.add(known.code);
  }
  round.texts += done;
  round.left += Math.max(0, stale - done);
  round.faults = [...faults];
}

function countStale(vault: Vault, holdings: SealedHoldings): number {
  let stale = 0;
  resealHoldings(holdings, (sealed) => {
    if (isStale(vault, sealed)) stale++;
    return sealed;
  });
  return stale;
}

/** What was never sealed, or was spoilt since, is stale for good. */
function isStale(vault: Vault, sealed: string): boolean {
  try {
    return vault.needsReseal(sealed);
  } catch {
    return true;
  }
}

const codeOf = (error: unknown): string => {
  if (error instanceof DomainError) return error.code;
  throw error;
};
