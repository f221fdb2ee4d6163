import { CALLBACK_NAME } from '#domain/callback.js';
import type { FieldError } from '#domain/errors.js';
import type { UrlPolicy } from '#domain/url-policy.js';
import { isObject, pointerToken } from './attempt.js';
import { checkLiteralUrl } from './check-request.js';

const PATH = '/callback';

/** Faults of a callback by its own lights; whether its name is registered is judged elsewhere. */
export function checkCallback(callback: unknown, policy: UrlPolicy): FieldError[] {
  if (callback === null || callback === undefined) return [];
  if (!isObject(callback)) return [{ path: PATH, code: 'invalid_type', message: 'A callback is an object.' }];
  const unknown = Object.keys(callback).filter((name) => name !== 'url' && name !== 'name');
  if (unknown.length > 0) {
    return unknown.map((name) => ({
      path: `${PATH}/${pointerToken(name)}`,
      code: 'unknown_field',
      message: 'A callback has a url or a name.',
    }));
  }
  const { url, name } = callback;
  if ((url === undefined) === (name === undefined))
    return [{ path: PATH, code: 'invalid_value', message: 'A callback has a url or a name.' }];
  if (typeof url === 'string') return checkLiteralUrl(url, policy, `${PATH}/url`);
  if (typeof name === 'string' && CALLBACK_NAME.test(name)) return [];
  const path = name === undefined ? `${PATH}/url` : `${PATH}/name`;
  return [{ path, code: 'invalid_value', message: 'A url, or the name of a callback that the tenant has registered.' }];
}
