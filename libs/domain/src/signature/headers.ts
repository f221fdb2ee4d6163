import { DomainError } from '../errors.js';
import type { SignatureStyle } from '../subscription.js';
import { parseSigningKey } from './secret.js';
import { signSocotra } from './socotra.js';
import { signStandard, type StandardMessage } from './standard.js';
import { signWhisperer } from './whisperer.js';

export interface SignedMessage extends StandardMessage {
  eventType: string;
  /** Secrets in force, in plain text, the current one first. Only the standard style can carry more than one signature. */
  secrets: readonly string[];
  /** Tells a Socotra receiver which secret is in use. */
  tag?: string | null;
}

/**
 * The headers that prove to a receiver who sent the body. Throws `secret_missing` for a style that signs and has nothing to sign with:
 * an unsigned request must not go out in its place.
 */
export function signatureHeaders(style: SignatureStyle, message: SignedMessage): Record<string, string> {
  switch (style) {
    case 'standard':
      return {
        'webhook-id': message.id,
        'webhook-timestamp': String(message.timestampSeconds),
        'webhook-signature': signStandard({ ...message, keys: [currentSecret(message), ...message.secrets.slice(1)].map(parseSigningKey) }),
      };
    case 'whisperer':
      return whispererHeaders(message);
    case 'socotra':
      return {
        'Socotra-Signature': signSocotra(currentSecret(message), message.body),
        ...(message.tag ? { 'Socotra-Signature-Tag': message.tag } : {}),
      };
    case 'none':
      return {};
  }
}

/** Akinon signs only for a hook that has a secret. */
function whispererHeaders({ eventType, secrets: [secret], body }: SignedMessage): Record<string, string> {
  const event = { 'X-Whisperer-Event': eventType };
  return secret === undefined ? event : { ...event, 'X-Whisperer-Signature': signWhisperer(secret, body) };
}

function currentSecret({ secrets: [current] }: SignedMessage): string {
  if (current === undefined) throw new DomainError('secret_missing', 'The subscription signs its requests and has no secret.');
  return current;
}
