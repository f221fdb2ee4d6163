import { hash as hashOf } from 'node:crypto';

/**
 * One 128-bit value per row, time-ordered (UUID version 7), written three ways: a uuid, a bare ULID, and `<prefix>_<ULID>`.
 * Its first 48 bits are the milliseconds since 1970, which is also what names the row's partition.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type IdPrefix = 'ten' | 'key' | 'app' | 'ety' | 'sub' | 'evt' | 'dlv' | 'att' | 'rpl' | 'aud' | 'alr' | 'out' | 'exp';

/** Writes a uuid's 128 bits as the 26 letters of a ULID. */
export function ulidOf(uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  // Two letters of eight bits (the first has but three of them), then six times four letters of twenty.
  let text = letters(parseInt(hex.slice(0, 2), 16), 2);
  for (let i = 2; i < 32; i += 5) text += letters(parseInt(hex.slice(i, i + 5), 16), 4);
  return text;
}

function letters(bits: number, count: number): string {
  let text = '';
  for (let shift = 5 * (count - 1); shift >= 0; shift -= 5) text += ALPHABET.charAt((bits >> shift) & 31);
  return text;
}

/** Reads a ULID (upper case) back into a uuid; null when it is none. */
export function uuidOf(ulid: string): string | null {
  if (!ULID.test(ulid)) return null;
  let bits = 0n;
  for (const letter of ulid) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(letter));
  return hyphenate(bits.toString(16).padStart(32, '0'));
}

/** `formatId('sub', uuid)` → `sub_01J…` */
export const formatId = (prefix: IdPrefix, uuid: string): string => `${prefix}_${ulidOf(uuid)}`;

/** Reads `sub_01J…` into its uuid; null for anything else, another prefix included. */
export function parseId(prefix: IdPrefix, id: string): string | null {
  return id.startsWith(`${prefix}_`) ? uuidOf(id.slice(prefix.length + 1)) : null;
}

/** How an app's public id begins. */
export const APP_PREFIX = 'app:';

/** An app's public id, `app:<uuid>`. Source: OS1, "Publishing Webhook Events", createAppConfig response. */
export const formatAppId = (uuid: string): string => `${APP_PREFIX}${uuid}`;

export const isUuid = (text: string): boolean => UUID.test(text);

/** Reads a uuid with its dashes or without (32 hex digits), in any case; null for anything else. */
export function readUuid(text: string): string | null {
  if (isUuid(text)) return text.toLowerCase();
  return /^[0-9a-f]{32}$/i.test(text) ? hyphenate(text.toLowerCase()) : null;
}

/** Milliseconds since 1970 of a time-ordered uuid. */
export const timeOf = (uuid: string): number => parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);

/**
 * The uuid of the one delivery of this event to this subscription. It is derived, not drawn, so that a fan-out which runs twice
 * meets its own rows; it keeps the event's time, so that both live in the same partition.
 */
export function deliveryUuid(eventUuid: string, subscriptionUuid: string): string {
  const hash = hashOf('sha256', eventUuid + subscriptionUuid, 'hex');
  const time = eventUuid.replaceAll('-', '').slice(0, 12);
  const variant = ((parseInt(hash[3]!, 16) & 3) | 8).toString(16);
  return hyphenate(`${time}7${hash.slice(0, 3)}${variant}${hash.slice(4, 19)}`);
}

const hyphenate = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
