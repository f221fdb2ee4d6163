import { LIMITS } from '../limits.js';
import { invalidField } from '../errors.js';
import type { BodyTemplate } from './body-template.js';
import { JsonParts } from './json-parts.js';
import { type Template, lonePointer, parseTemplate } from './parse.js';
import { compileStringForm } from './string-form.js';

/** Deepest nesting of arrays and objects in a body template. */
export const MAX_BODY_TEMPLATE_DEPTH = LIMITS.bodyTemplateDepth.max;

/**
 * Compiles one value of a subscription's `templates`: any JSON whose strings hold placeholders, or one string that is a template of the
 * whole body. A JSON string that is one placeholder keeps the type of its value; other strings stay strings. Member names are literal.
 *
 * @throws DomainError with the path of the faulty string within the value: the codes of parseTemplate, `template_in_key`, `invalid_type`
 */
export function compileBody(value: unknown): BodyTemplate {
  if (value === '') return { form: 'empty', parts: [] };
  if (typeof value === 'string') return compileWholeBody(parseTemplate(value));
  const parts = new JsonParts();
  compileValue(value, '', 0, parts);
  return { form: 'json', parts: parts.finish() };
}

function compileWholeBody(template: Template): BodyTemplate {
  const lone = lonePointer(template);
  if (lone) return { form: 'value', parts: [{ tokens: lone.tokens, as: 'json' }] };
  const json = compileStringForm(template);
  if (json) return { form: 'json', parts: json };
  return { form: 'text', parts: template.map((part) => (part.kind === 'literal' ? part.text : { tokens: part.tokens, as: 'text' })) };
}

function compileValue(value: unknown, path: string, depth: number, parts: JsonParts): void {
  if (typeof value === 'string') return parts.addString(parseTemplate(value, path), path);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return parts.addLiteral(JSON.stringify(value), path);
  if (typeof value !== 'object') throw invalidField(path, 'invalid_type', 'A body template is a JSON value.');
  if (depth >= MAX_BODY_TEMPLATE_DEPTH) {
    throw invalidField(path, 'template_too_deep', `A body template is nested at most ${MAX_BODY_TEMPLATE_DEPTH} levels deep.`);
  }
  if (Array.isArray(value)) compileArray(value, path, depth, parts);
  else compileObject(value, path, depth, parts);
}

function compileArray(items: unknown[], path: string, depth: number, parts: JsonParts): void {
  parts.addLiteral('[', path);
  items.forEach((item, index) => {
    if (index > 0) parts.addLiteral(',', path);
    compileValue(item, `${path}/${index}`, depth + 1, parts);
  });
  parts.addLiteral(']', path);
}

function compileObject(object: object, path: string, depth: number, parts: JsonParts): void {
  parts.addLiteral('{', path);
  Object.entries(object).forEach(([name, value], index) => {
    const memberPath = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const literal = parseTemplate(name, memberPath);
    if (literal.some((part) => part.kind === 'pointer')) {
      throw invalidField(memberPath, 'template_in_key', 'A member name may not hold a placeholder.');
    }
    if (index > 0) parts.addLiteral(',', path);
    parts.addString(literal, memberPath);
    parts.addLiteral(':', path);
    compileValue(value, memberPath, depth + 1, parts);
  });
  parts.addLiteral('}', path);
}
