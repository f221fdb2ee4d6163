import { LIMITS } from '#domain/limits.js';
import { Faults, type Json } from './fields.js';

/** What publish-event asks for. */
export interface PublishRequest {
  /** The hook's number, as text. */
  hook: string;
  pk: string;
  model: string;
}

/** Reads `{"hook","instance":{"pk","model"}}`; numbers may be texts of digits, as the document's sample has them. Throws DomainError `invalid`. */
export function readPublish(body: Json): PublishRequest {
  const faults = new Faults();
  const hook = digits(faults, body['hook'], '/hook');
  const instance = faults.object(body['instance'], '/instance', true);
  const pk = instance && keyOf(faults, instance['pk']);
  const model = instance && faults.text(instance['model'], '/instance/model', LIMITS.nameChars.max, true);
  faults.done();
  return { hook: hook ?? '', pk: pk ?? '', model: model ?? '' };
}

function digits(faults: Faults, value: unknown, path: string): string | undefined {
  if (!faults.given(value, path, true)) return undefined;
  const isSound = (typeof value === 'number' && Number.isSafeInteger(value)) || (typeof value === 'string' && /^-?\d{1,18}$/.test(value));
  return isSound ? String(value) : faults.add(path, 'A valid integer is required.');
}

const keyOf = (faults: Faults, value: unknown): string | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : faults.text(value, '/instance/pk', LIMITS.nameChars.max, true);
