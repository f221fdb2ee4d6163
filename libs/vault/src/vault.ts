import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '#domain/errors.js';
import type { KeyRing, RingKey } from './key-ring.js';

const CIPHER = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12;
/** Stated to Node as well, which otherwise takes a shorter tag, down to four bytes that can be guessed. */
const TAG_BYTES = 16;

export type SecretPurpose = 'signing-secret' | 'header' | 'alert-header' | 'tls-private-key';

/** A secret header's purpose: header names ignore case, so the binding must too. */
export const headerPurpose = (name: string, purpose: 'header' | 'alert-header' = 'header') => `${purpose}:${name.toLowerCase()}` as const;

/**
 * What a sealed secret is bound to. It opens only under the same words, so that a row copied to another tenant, subscription or column
 * stays shut.
 */
export function aadOf(tenantId: string, subscriptionId: string, purpose: SecretPurpose | `${SecretPurpose}:${string}`): string {
  // The first two are ids, which hold no bar; the purpose comes last, so a bar in a header's name cannot shift the words.
  return `${tenantId}|${subscriptionId}|${purpose}`;
}

/** Encrypts secrets at rest with AES-256-GCM. Sealed form: `v1.<kid>.<nonce>.<ciphertext>.<tag>`, the last three in base64url. */
export class Vault {
  constructor(private readonly ring: KeyRing) {}

  /** Encrypts a text under the active key, with a nonce of its own. */
  seal(plaintext: string, aad: string): string {
    return sealWith(this.ring.active, plaintext, aad);
  }

  /** Throws `secret_key_missing` when the key is not on the ring, `secret_unreadable` for a changed text or another `aad`. */
  open(sealed: string, aad: string): string {
    const { kid, nonce, ciphertext, tag } = parse(sealed);
    const key = this.ring.byKid.get(kid);
    if (!key) throw new DomainError('secret_key_missing', `The key "${kid}" that a secret was sealed with is not on the key ring.`);
    const decipher = createDecipheriv(CIPHER, key.key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(aad)).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch {
      throw unreadable();
    }
  }

  /** Was this sealed with a key that is no longer the active one? Throws `secret_unreadable` for what was never sealed. */
  needsReseal(sealed: string): boolean {
    return parse(sealed).kid !== this.ring.active.kid;
  }

  /** For the start of a process: every key seals, opens, and notices a changed text. Throws what `open` throws, or `vault_broken`. */
  selfTest(): void {
    for (const key of this.ring.byKid.values()) {
      const sealed = sealWith(key, 'self-test', 'self-test');
      if (this.open(sealed, 'self-test') !== 'self-test') throw broken(key);
      if (this.opens(sealed, 'another')) throw broken(key);
    }
  }

  private opens(sealed: string, aad: string): boolean {
    try {
      this.open(sealed, aad);
      return true;
    } catch {
      return false;
    }
  }
}

function sealWith({ kid, key }: RingKey, plaintext: string, aad: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return [VERSION, kid, ...[nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

function parse(sealed: string) {
  const [version, kid = '', ...encoded] = sealed.split('.');
  const [nonce, ciphertext, tag] = encoded.map((part) => Buffer.from(part, 'base64url'));
  const sound = version === VERSION && encoded.length === 3 && nonce?.length === NONCE_BYTES && tag?.length === TAG_BYTES;
  if (!sound || !ciphertext) throw unreadable();
  return { kid, nonce, ciphertext, tag };
}

const unreadable = (): DomainError =>
  new DomainError('secret_unreadable', 'A stored secret cannot be decrypted: it was changed, or belongs elsewhere.');

const broken = ({ kid }: RingKey): DomainError => new DomainError('vault_broken', `The key "${kid}" failed the self-test of the vault.`);
