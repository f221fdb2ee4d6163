import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import { LIMITS } from '../limits.js';
import { parseVerifyingKey, type VerifyingKey } from './secret.js';
import { signedContent } from './standard.js';

export interface ReceivedWebhook {
  /** As received; names in any case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The exact bytes received, before any parsing. */
  body: Buffer;
  /** `whsec_…` or `whpk_…`; more than one while a secret rotates. */
  keys: readonly string[];
  /** The receiver's clock, in seconds since 1970. */
  nowSeconds: number;
  /** How far the timestamp may be from the clock, either way; 300 s unless told. */
  toleranceSeconds?: number;
}

export type Verdict =
  | { ok: true; id: string; timestampSeconds: number }
  | { ok: false; reason: 'missing_header' | 'timestamp_invalid' | 'timestamp_too_old' | 'timestamp_too_new' | 'signature_mismatch' };

type Refusal = Extract<Verdict, { ok: false }>['reason'];

/**
 * Checks a received webhook as Standard Webhooks asks of a receiver: who sent it, that nothing was changed, and that it is not an old one
 * sent again. Throws `secret_invalid` when a key of the receiver's own is malformed.
 */
export function verifyStandard({ headers, body, keys, nowSeconds, toleranceSeconds }: ReceivedWebhook): Verdict {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signature) return refuse('missing_header');
  // With a dot in the id, the front of a body could be passed off as a newer timestamp without touching the signed bytes.
  if (id.includes('.')) return refuse('signature_mismatch');
  if (!/^\d{1,15}$/.test(timestamp)) return refuse('timestamp_invalid');
  const timestampSeconds = Number(timestamp);
  const tolerance = toleranceSeconds ?? LIMITS.signatureToleranceSeconds.max;
  if (timestampSeconds < nowSeconds - tolerance) return refuse('timestamp_too_old');
  if (timestampSeconds > nowSeconds + tolerance) return refuse('timestamp_too_new');
  const content = signedContent({ id, timestampSeconds, body });
  const signatures = signature.split(' ');
  const genuine = keys.map(parseVerifyingKey).some((key) => signatures.some((candidate) => isSignedBy(key, content, candidate)));
  return genuine ? { ok: true, id, timestampSeconds } : refuse('signature_mismatch');
}

function isSignedBy(key: VerifyingKey, content: Buffer, candidate: string): boolean {
  const comma = candidate.indexOf(',');
  const version = candidate.slice(0, comma);
  const given = Buffer.from(candidate.slice(comma + 1), 'base64');
  switch (key.algorithm) {
    case 'hmac-sha256': {
      const expected = createHmac('sha256', key.key).update(content).digest();
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    }
    case 'ed25519':
      return version === 'v1a' && verify(null, content, key.publicKey, given);
  }
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
  const value = found === undefined ? undefined : headers[found];
  return typeof value === 'string' ? value : undefined;
}

const refuse = (reason: Refusal): Verdict => ({ ok: false, reason });
