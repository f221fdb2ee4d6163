import type { Callback } from '#domain/callback.js';
import { isEventType } from '#domain/match/event-type.js';
import { Faults, type Json } from './fields.js';
import { type HookConfig, readConfig } from './hook-auth.js';
import { readCallback } from './hook-callback.js';
import { readCountdown, type RetryCountdownConfig } from './retry-countdown.js';

/** What a request says of a hook; what it does not mention is absent. */
export interface HookChanges {
  target_url?: string;
  event_type?: string;
  /** null: none. */
  secret_key?: string | null;
  retry_countdown_config?: RetryCountdownConfig;
  is_active?: boolean;
  /** null: none. */
  callback?: Callback | null;
  additional_headers?: Record<string, string>;
  config?: HookConfig;
}

export type NewHook = HookChanges & Required<Pick<HookChanges, 'target_url' | 'event_type'>>;

/** Lengths of dj-whisperer's columns, in characters. */
const MAX = { targetUrl: 255, eventType: 124, secretKey: 124 };

/** Answers hold these; a client that sends an answer back need not take them out. */
const READ_ONLY = ['id', 'created_date', 'modified_date'];
const WRITABLE = [
  'target_url',
  'event_type',
  'secret_key',
  'retry_countdown_config',
  'is_active',
  'callback',
  'additional_headers',
  'config',
];

/** Reads a hook. `shown` is the hook as it is answered today: what is sent back unchanged says nothing. Throws DomainError `invalid`. */
export function readHook(body: Json, shown: Json, isWhole: true): NewHook;
export function readHook(body: Json, shown: Json, isWhole: boolean): HookChanges;
export function readHook(body: Json, shown: Json, isWhole: boolean): HookChanges {
  const faults = new Faults();
  for (const name of Object.keys(body)) if (![...READ_ONLY, ...WRITABLE].includes(name)) faults.add(`/${name}`, 'Unknown field.');
  const isSame = (name: string): boolean => JSON.stringify(body[name]) === JSON.stringify(shown[name]);
  const changes: HookChanges = {
    target_url: faults.text(body['target_url'], '/target_url', MAX.targetUrl, isWhole),
    event_type: readEventType(faults, body['event_type'], isWhole),
    secret_key: isSame('secret_key') ? undefined : readSecret(faults, body['secret_key']),
    retry_countdown_config: isSame('retry_countdown_config')
      ? undefined
      : readCountdown(faults, body['retry_countdown_config'], '/retry_countdown_config'),
    is_active: faults.flag(body['is_active'], '/is_active'),
    callback: body['callback'] === undefined ? undefined : readCallback(faults, body['callback'], '/callback'),
    additional_headers: isSame('additional_headers') ? undefined : readHeaders(faults, body['additional_headers']),
    config: isSame('config') ? undefined : readConfig(faults, body['config'], '/config'),
  };
  faults.done();
  return changes;
}

/** One type by its name: the OMS has no patterns. */
function readEventType(faults: Faults, value: unknown, isRequired: boolean): string | undefined {
  const type = faults.text(value, '/event_type', MAX.eventType, isRequired);
  const isPlain: boolean = type === undefined || isEventType(type);
  return isPlain ? type : faults.add('/event_type', `"${type}" is not a valid choice.`);
}

const readSecret = (faults: Faults, value: unknown): string | null | undefined =>
  value === null || value === '' ? null : faults.text(value, '/secret_key', MAX.secretKey);

function readHeaders(faults: Faults, value: unknown): Record<string, string> | undefined {
  const headers = faults.object(value, '/additional_headers');
  if (!headers) return undefined;
  const texts = Object.entries(headers).map(([name, text]) => [name, typeof text === 'number' ? String(text) : text] as const);
  const wrong = texts.find((entry) => typeof entry[1] !== 'string');
  if (wrong) return faults.add(`/additional_headers/${wrong[0].replaceAll('/', '~1')}`, 'Not a valid string.');
  return Object.fromEntries(texts) as Record<string, string>;
}
