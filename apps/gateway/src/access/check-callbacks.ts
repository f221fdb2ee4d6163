import { CALLBACK_NAME } from '#domain/callback.js';
import { type FieldError, invalid } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { checkEndpointUrl } from '#domain/url-policy.js';
import type { Settings } from '#config/settings.js';
import { urlPolicyOf } from '../http/url-policy.js';

const PATH = '/settings/callbacks';

/** Callbacks by name: they will be dialled, so each is judged like an endpoint. Throws DomainError with the faulty entries. */
export function requireCallbacks(callbacks: unknown, settings: Settings): void {
  if (callbacks === undefined) return;
  const entries = Object.entries(callbacks as object);
  const { max } = LIMITS.callbackNames;
  if (entries.length > max) throw refuse([{ path: PATH, code: 'too_many_items', message: `At most ${max} callbacks.` }]);
  const policy = urlPolicyOf(settings);
  const faults = entries.flatMap(([name, url]): FieldError[] => {
    const path = `${PATH}/${name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!CALLBACK_NAME.test(name)) return [{ path, code: 'invalid_key', message: 'A name is a dotted path of at most 64 characters.' }];
    if (typeof url !== 'string') return [{ path, code: 'invalid_type', message: 'A callback is named with its url.' }];
    const isTemplate = /[{}]/.test(url);
    if (isTemplate) return [{ path, code: 'template_not_allowed', message: 'The url of a callback is literal: no placeholders.' }];
    const fault = checkEndpointUrl(url, policy, path);
    return fault ? [fault] : [];
  });
  if (faults.length > 0) throw refuse(faults);
}

const refuse = (faults: FieldError[]) =>
  invalid(faults, faults.every(({ code }) => code === faults[0]?.code) ? faults[0]?.code : 'invalid');
