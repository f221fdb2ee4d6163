import { LOGIN_DEFAULTS, type TokenAuth } from '#domain/endpoint-auth.js';
import { isHeaderValue } from '#domain/header-policy.js';
import { LIMITS } from '#domain/limits.js';
import type { LocalFault, SendResult } from '#domain/send-result.js';
import type { OutgoingRequest } from '../send/outgoing-request.js';

/** An Authorization header that was got for a while, or why there is none. */
export type TokenAnswer = { kind: 'token'; header: string; lifeSeconds: number } | { kind: 'failure'; message: string } | LocalFault;

type Json = Record<string, unknown>;

/** The request that asks for a token. The token endpoint's certificate has to be valid, whatever the subscription says of its own endpoint's. */
export function tokenRequest(auth: TokenAuth, secret: string, timeoutMs: number): OutgoingRequest {
  const { contentType, url, headers, body } = auth.kind === 'oauth2' ? grantRequest(auth, secret) : loginRequest(auth, secret);
  return {
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': contentType, ...headers },
    body: Buffer.from(body),
    timeoutMs,
    tls: { verify: true },
  };
}

interface Asking {
  url: string;
  contentType: string;
  headers?: Record<string, string>;
  body: string;
}

/** Source: RFC 6749, 4.4.2; the client's id and secret are form-encoded before they become a user and a password (2.3.1). */
function grantRequest({ tokenUrl, clientId, scope, audience }: Extract<TokenAuth, { kind: 'oauth2' }>, secret: string): Asking {
  const client = [clientId, secret].map(formEncoded).join(':');
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}), ...(audience ? { audience } : {}) });
  return {
    url: tokenUrl,
    contentType: 'application/x-www-form-urlencoded',
    headers: { authorization: `Basic ${Buffer.from(client).toString('base64')}` },
    body: form.toString(),
  };
}

const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

function loginRequest(auth: Extract<TokenAuth, { kind: 'tokenLogin' }>, secret: string): Asking {
  const { url, username, usernameField, passwordField } = { ...LOGIN_DEFAULTS, ...auth };
  // From entries, so that a member called __proto__ is a member.
  return {
    url,
    contentType: 'application/json',
    body: JSON.stringify(
      Object.fromEntries([
        [usernameField, username],
        [passwordField, secret],
      ]),
    ),
  };
}

/** Reads what the token endpoint answered. Messages name the kind of fault, and nothing that was sent or answered. */
export function readToken(auth: TokenAuth, result: SendResult | LocalFault): TokenAnswer {
  if (result.kind === 'local') return result;
  if (result.kind === 'failure') return failure(`The token endpoint was not reached: ${result.message}`);
  if (result.status < 200 || result.status > 299) return failure(`The token endpoint answered ${result.status}.`);
  if (result.truncated) return failure('The token endpoint’s answer is too long.');
  const answer = parse(result.bodyPrefix);
  if (answer === null) return failure('The token endpoint’s answer is no JSON object.');
  return auth.kind === 'oauth2' ? readGrant(answer) : readLogin(auth, answer);
}

function readGrant(answer: Json): TokenAnswer {
  const { token_type: type, expires_in: life } = answer;
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') return failure('The token endpoint’s token is no bearer token.');
  return toAnswer(answer['access_token'], (token) => `Bearer ${token}`, Number(life));
}

function readLogin(auth: Extract<TokenAuth, { kind: 'tokenLogin' }>, answer: Json): TokenAnswer {
  const { tokenField, headerFormat } = { ...LOGIN_DEFAULTS, ...auth };
  const token = Object.hasOwn(answer, tokenField) ? answer[tokenField] : undefined;
  return toAnswer(token, (text) => headerFormat.replace('{}', () => text), NaN);
}

function toAnswer(token: unknown, format: (token: string) => string, life: number): TokenAnswer {
  if (typeof token !== 'string' || token === '') return failure('The token endpoint’s answer holds no token.');
  const header = format(token);
  if (token.length > LIMITS.tokenBytes.max || !isHeaderValue(header))
    return failure('The token endpoint’s token cannot be sent in a header.');
  const { max, default: byDefault } = LIMITS.tokenLifeSeconds;
  return { kind: 'token', header, lifeSeconds: life > 0 ? Math.min(life, max) : byDefault };
}

function parse(body: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

const failure = (message: string): TokenAnswer => ({ kind: 'failure', message });
