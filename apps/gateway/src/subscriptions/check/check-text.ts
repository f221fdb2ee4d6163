import type { FieldError } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { isObject, pointerToken } from './attempt.js';

/** A language tag such as `en-GB`; checked for its form only. */
const LOCALE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/;

interface TextLimit {
  min?: number;
  max: number;
}

/** Faults of a text for people: one string, or an object with one string per locale. */
export function checkLocalizedText(value: unknown, path: string, limit: TextLimit): FieldError[] {
  if (typeof value === 'string') return checkText(value, path, limit);
  if (!isObject(value)) return [{ path, code: 'invalid_type', message: 'A text is a string, or an object with one string per locale.' }];
  const entries = Object.entries(value);
  if (entries.length === 0) return [{ path, code: 'required', message: 'A text needs at least one locale.' }];
  if (entries.length > LIMITS.locales.max) return [{ path, code: 'too_many_items', message: `At most ${LIMITS.locales.max} locales.` }];
  return entries.flatMap(([locale, text]) => {
    const at = `${path}/${pointerToken(locale)}`;
    return LOCALE.test(locale)
      ? checkText(text, at, limit)
      : [{ path: at, code: 'invalid_locale', message: 'A locale is a tag such as en-GB.' }];
  });
}

function checkText(text: unknown, path: string, { min = 0, max }: TextLimit): FieldError[] {
  if (typeof text !== 'string') return [{ path, code: 'invalid_type', message: 'A text is a string.' }];
  if (text.trim() === '' && min > 0) return [{ path, code: 'required', message: 'A text is needed here.' }];
  // Characters as people count them, not UTF-16 units.
  return [...text].length > max ? [{ path, code: 'too_long', message: `At most ${max} characters.` }] : [];
}
