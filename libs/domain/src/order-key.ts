import { createHash } from 'node:crypto';
import { type FieldError, invalidField } from './errors.js';
import type { EventTree } from './event.js';
import { LIMITS } from './limits.js';
import { lonePointer, parseTemplate } from './template/parse.js';
import { MISSING, resolvePointer } from './template/resolve.js';

/** Deliveries of one subscription whose events have the same value at `key` go out one after another. */
export interface Ordering {
  /** JSON Pointer into the event's tree as templates see it: `/resource/id`. */
  key: string;
  /** When a delivery is given up: `wait` holds its key until it has been resent, cancelled or discarded; `skip` goes on with the next. */
  afterExhaustion: AfterExhaustion;
}

export const AFTER_EXHAUSTION = ['wait', 'skip'] as const;
export type AfterExhaustion = (typeof AFTER_EXHAUSTION)[number];

/** The characters of a key as it is stored: as many of a SHA-256 in hexadecimals as tell any two values apart. */
const KEY_CHARS = 32;

/**
 * Takes an ordering's pointer apart, by the rules of template placeholders.
 * @throws DomainError `order_key_invalid` for what is no pointer to a part of the event, and those of parseTemplate
 */
export function compileOrderKey(key: string): readonly string[] {
  const { max } = LIMITS.orderKeyChars;
  if (key.length > max) throw orderKeyInvalid(`A key has at most ${max} characters.`);
  if (!key.startsWith('/') || /[{}]/.test(key)) throw orderKeyInvalid('A key is a pointer into the event, such as /resource/id.');
  const pointer = lonePointer(parseTemplate(`{${key}}`));
  if (!pointer || pointer.tokens.length === 0) throw orderKeyInvalid('A key points to a part of the event, such as /resource/id.');
  return pointer.tokens;
}

const orderKeyInvalid = (message: string) => invalidField('', 'order_key_invalid', message);

/** Faults of an ordering that compileOrderKey does not throw for. */
export function checkAfterExhaustion(value: unknown): FieldError[] {
  if ((AFTER_EXHAUSTION as readonly unknown[]).includes(value)) return [];
  return [{ path: '/ordering/afterExhaustion', code: 'invalid_value', message: `One of ${AFTER_EXHAUSTION.join(', ')}.` }];
}

/**
 * What tells the deliveries of one key from those of others; null when the event has no value there, or null: then it keeps no order.
 * Values are the same when their JSON is: 42 and "42" are two keys.
 */
export function orderKeyOf(pointer: readonly string[], tree: EventTree): string | null {
  const value = resolvePointer(pointer, tree);
  if (value === MISSING || value === null) return null;
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, KEY_CHARS);
}
