import { CALLBACK_NAME, type Callback } from '#domain/callback.js';
import type { Faults } from './fields.js';

const MAX_CHARS = 255;

/**
 * A url, or a name that the tenant has registered. The vendor's are names of Python functions, which look like the latter; none is ever
 * loaded from its name.
 */
export function readCallback(faults: Faults, value: unknown, path: string): Callback | null | undefined {
  if (value === null || value === '') return null;
  const text = faults.text(value, path, MAX_CHARS);
  if (text === undefined) return undefined;
  if (/^https?:/i.test(text)) return { url: text };
  return CALLBACK_NAME.test(text) ? { name: text } : faults.add(path, 'Enter a URL or the name of a registered callback.');
}

export const showCallback = (callback: Callback | null | undefined): string | null =>
  callback ? ('url' in callback ? callback.url : callback.name) : null;
