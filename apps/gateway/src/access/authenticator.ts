import { LOGGER_TOKEN, type Logger } from '#observability/logger.js';
import { ApiKeyStore } from '#store/api-key.store.js';
import { hashApiKey } from '#vault/api-key.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from './principal.js';
import { Recent } from './recent.js';

/** How long a key that was revoked may still be taken, at most. */
const CACHE_MS = 2_000;
const CACHE_ENTRIES = 10_000;
const USE_NOTED_EVERY_MS = 60_000;

/** Tells from a key who is calling. Unknown, revoked and expired keys are all the same: null. */
@Injectable()
export class Authenticator {
  /** Holds promises, so that a burst of requests with one key asks the database once. */
  private readonly found = new Recent<Promise<Principal | null>>(CACHE_ENTRIES, CACHE_MS);
  private readonly noted = new Recent<true>(CACHE_ENTRIES, USE_NOTED_EVERY_MS);

  constructor(
    @Inject(ApiKeyStore) private readonly keys: ApiKeyStore,
    @Inject(LOGGER_TOKEN) private readonly logger: Logger,
  ) {}

  async authenticate(key: string): Promise<Principal | null> {
    const hash = hashApiKey(key);
    const principal = await this.principalOf(hash);
    if (principal) this.noteUse(principal.keyId);
    return principal;
  }

  private principalOf(hash: Buffer): Promise<Principal | null> {
    const entry = hash.toString('latin1');
    const known = this.found.get(entry);
    if (known) return known;
    const lookup = this.keys.findLive(hash).then((key) => key && { ...key, keyId: key.id, keyName: key.name });
    this.found.set(entry, lookup);
    // A failure is not an answer about the key.
    lookup.catch(() => this.found.delete(entry));
    return lookup;
  }

  /** Never waited for: a request must not fail because its use could not be written down. */
  private noteUse(keyId: string): void {
    if (this.noted.get(keyId)) return;
    this.noted.set(keyId, true);
    this.keys.noteUse(keyId).catch((error: unknown) => this.logger.debug({ keyId, err: error }, 'key.use_unrecorded'));
  }
}
