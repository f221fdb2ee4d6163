import { invalidField } from '../errors.js';
import { LIMITS } from '../limits.js';

const MAX_LENGTH = LIMITS.eventTypeChars.max;
const MAX_WILDCARDS = LIMITS.eventTypeWildcards.max;

/** Segments of letters, digits, `_` and `-`, joined by dots. One way to read any text, so the test takes linear time. */
const EVENT_TYPE = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const PATTERN = /^[A-Za-z0-9_*-]+(?:\.[A-Za-z0-9_*-]+)*$/;

/** What an event may be called at publish: `UserCreated`, `package.status.packed_for_refund`; at most 128 characters, no empty segment. */
export const isEventType = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= MAX_LENGTH && EVENT_TYPE.test(text);

/** Returns the event type or throws DomainError `event_type_invalid` for the field at `path`. */
export function requireEventType(text: unknown, path = '/type'): string {
  if (isEventType(text)) return text;
  throw invalidField(
    path,
    'event_type_invalid',
    `An event type is 1 to ${MAX_LENGTH} letters, digits, "_" and "-" in segments joined by ".".`,
  );
}

/** The literal parts around the wildcards, in lower case; one part: no wildcard. */
export interface EventTypePattern {
  readonly text: string;
  readonly parts: readonly string[];
}

/**
 * Reads a pattern such as `order.*`. A `*` stands for any characters, dots and none included, so `order.*` is `order.created` and
 * `order.created.eu` but not `order`. At most 8 wildcards. Throws DomainError `event_type_pattern_invalid` for the field at `path`.
 */
export function compilePattern(pattern: unknown, path = '/eventTypes'): EventTypePattern {
  if (typeof pattern !== 'string' || pattern.length > MAX_LENGTH || !PATTERN.test(pattern)) {
    throw invalidPattern(
      path,
      `An event type pattern is an event type of at most ${MAX_LENGTH} characters in which "*" may stand for any.`,
    );
  }
  const parts = pattern.toLowerCase().split('*');
  if (parts.length - 1 > MAX_WILDCARDS) throw invalidPattern(path, `An event type pattern has at most ${MAX_WILDCARDS} wildcards.`);
  return { text: pattern, parts };
}

const invalidPattern = (path: string, message: string) => invalidField(path, 'event_type_pattern_invalid', message);

/** The one event type this pattern stands for, in lower case; null when it has wildcards. */
export const exactType = (pattern: EventTypePattern): string | null => (pattern.parts.length === 1 ? (pattern.parts[0] ?? null) : null);

/**
 * Compares without case. The first part has to open the type and the last to close it; each part between is taken where it first
 * occurs, which never needs undoing: a later place would only leave less for the parts after it.
 */
export function matchesPattern(pattern: EventTypePattern, eventType: string): boolean {
  const type = eventType.toLowerCase();
  const first = pattern.parts[0] ?? '';
  const last = pattern.parts.at(-1) ?? '';
  if (pattern.parts.length === 1) return type === first;
  const end = type.length - last.length;
  if (end < first.length || !type.startsWith(first) || !type.endsWith(last)) return false;
  let from = first.length;
  for (const part of pattern.parts.slice(1, -1)) {
    const at = type.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
