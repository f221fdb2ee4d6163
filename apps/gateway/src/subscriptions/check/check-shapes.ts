import { type FieldError, invalid } from '#domain/errors.js';
import type { SubscriptionFields } from '../subscription-fields.js';
import { isObject, pointerToken } from './attempt.js';

/**
 * Throws DomainError for members of free form that are not what their type says, so that a draft can be made of the others:
 * the maps of headers, whose values come in three spellings, and of templates.
 */
export function requireShapes({ headers, templates, failureHandling }: SubscriptionFields): void {
  const errors = [
    ...checkHeaderMap(headers, '/headers'),
    ...checkHeaderMap(failureHandling?.alertEndpoint?.headers, '/failureHandling/alertEndpoint/headers'),
    ...(templates === undefined || templates === null || isObject(templates) ? [] : [wrongType('/templates', 'Templates are an object.')]),
  ];
  if (errors.length > 0) throw invalid(errors, errors.every(({ code }) => code === errors[0]?.code) ? errors[0]?.code : 'invalid');
}

function checkHeaderMap(headers: unknown, path: string): FieldError[] {
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers)) return [wrongType(path, 'Headers are an object.')];
  return Object.entries(headers).flatMap(([name, input]) => checkHeaderInput(input, `${path}/${pointerToken(name)}`));
}

function checkHeaderInput(input: unknown, path: string): FieldError[] {
  if (isTexts(input)) return [];
  if (!isObject(input)) return [wrongType(path, 'A header is a string, a list of strings, or {"value", "secret"}.')];
  const unknown = Object.keys(input).filter((name) => name !== 'value' && name !== 'secret');
  return [
    ...unknown.map((name) => ({
      path: `${path}/${pointerToken(name)}`,
      code: 'unknown_field',
      message: 'A header has only value and secret.',
    })),
    ...(input['value'] === undefined || isTexts(input['value'])
      ? []
      : [wrongType(`${path}/value`, 'A value is a string or a list of strings.')]),
    ...(input['secret'] === undefined || typeof input['secret'] === 'boolean'
      ? []
      : [wrongType(`${path}/secret`, 'secret is true or false.')]),
  ];
}

const isTexts = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));

const wrongType = (path: string, message: string): FieldError => ({ path, code: 'invalid_type', message });
