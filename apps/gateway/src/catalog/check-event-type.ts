import { DomainError, type FieldError, invalid } from '#domain/errors.js';
import { compileLogic } from '#domain/logic/compile.js';
import { requireEventType } from '#domain/match/event-type.js';
import type { EventTypeDefinition } from '#store/event-type.store.js';

/** An absolute path: no authority (`//host`), no backslash, no fragment, nothing that would have to be escaped first. */
const API_PATH = /^\/(?![/\\])(?:[\x21-\x7e](?<![\\#{}"<>^`|])|\{[A-Za-z_][\w.]*\}|\{\/[^{}\s]*\})*$/;

/**
 * Checks what the shape of an event type leaves open: its filter compiles, its `eventType` is one, its path is one. `parent` is where it
 * stands in the request (`/eventTypes/0`). Throws DomainError with the code of the first fault.
 */
export function checkEventType(definition: Partial<EventTypeDefinition>, parent = ''): void {
  const { eventType, getApiPath, filterLogic } = definition;
  if (eventType !== undefined && eventType !== null) requireEventType(eventType, `${parent}/eventType`);
  if (getApiPath !== undefined && getApiPath !== null) checkApiPath(getApiPath, `${parent}/getApiPath`);
  if (filterLogic !== undefined && filterLogic !== null) checkFilter(filterLogic, `${parent}/filterLogic`);
}

function checkApiPath(text: string, path: string): void {
  const isClimbing = text.split(/[/?]/).some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  if (API_PATH.test(text) && !isClimbing) return;
  const message = 'A path starts with one "/", is written in ASCII, and may hold `{name}` or `{/pointer}`.';
  throw invalid([{ path, code: 'invalid_path', message }], 'invalid_path');
}

function checkFilter(rule: unknown, path: string): void {
  try {
    compileLogic(rule, { dollarVariables: true });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(
      error.code,
      error.message,
      error.errors.map((fault): FieldError => ({ ...fault, path: path + fault.path })),
    );
  }
}
