import { LIMITS } from '../limits.js';
import { invalidField } from '../errors.js';
import type { TemplateContext } from './context.js';
import { isAbsent, templateError, toText } from './insertion.js';
import { type Template, countPlaceholders, MAX_PLACEHOLDERS, parseTemplate, tooManyPlaceholders } from './parse.js';
import { resolvePointer } from './resolve.js';

/** Largest rendered header value, in bytes. */
export const MAX_HEADER_VALUE_BYTES = LIMITS.headerValueBytes.max;

/** The values of one header, ready to render. */
export type HeaderTemplate = readonly Template[];

/** What HTTP does not allow in an ASCII field value (RFC 9110, section 5.5): control characters, the tab excepted. */
const FORBIDDEN_IN_VALUE = /(?!\t)\p{Cc}/u;

/**
 * Compiles the values of one header. Secret values are not templates: do not pass them here.
 *
 * @throws DomainError with the path of the faulty value (`/1`): the codes of parseTemplate, `invalid_character` for a control character
 */
export function compileHeader(values: readonly string[]): HeaderTemplate {
  const templates = values.map((value, index) => compileValue(value, `/${index}`));
  const placeholders = templates.reduce((count, template) => count + countPlaceholders(template), 0);
  if (placeholders > MAX_PLACEHOLDERS) throw tooManyPlaceholders('');
  return templates;
}

/**
 * Renders the values of one header. A value is left out when any of its placeholders is missing or null; the header goes with its last.
 * Structures are compact JSON; characters outside ASCII are percent-encoded as UTF-8, since header bytes have no agreed encoding.
 *
 * @throws DomainError `template_error` when a value holds a control character (CR and LF among them) or outgrows MAX_HEADER_VALUE_BYTES
 */
export function renderHeader(template: HeaderTemplate, context: TemplateContext): string[] {
  return template.flatMap((value) => renderValue(value, context) ?? []);
}

function compileValue(value: string, path: string): Template {
  const template = parseTemplate(value, path);
  if (template.some((part) => part.kind === 'literal' && FORBIDDEN_IN_VALUE.test(encodeNonAscii(part.text)))) {
    throw invalidField(path, 'invalid_character', 'A header value holds no control characters.');
  }
  return template;
}

/** Undefined when the value is to be left out. */
function renderValue(template: Template, context: TemplateContext): string | undefined {
  let text = '';
  for (const part of template) {
    if (part.kind === 'literal') {
      text += part.text;
      continue;
    }
    const value = resolvePointer(part.tokens, context);
    if (isAbsent(value)) return undefined;
    text += toText(value);
  }
  const encoded = encodeNonAscii(text);
  if (FORBIDDEN_IN_VALUE.test(encoded)) throw templateError('A rendered header value holds a control character.');
  if (encoded.length > MAX_HEADER_VALUE_BYTES)
    throw templateError(`A rendered header value is larger than ${MAX_HEADER_VALUE_BYTES} bytes.`);
  return encoded;
}

const encodeNonAscii = (text: string): string => text.toWellFormed().replace(/\P{ASCII}+/gu, encodeURIComponent);
