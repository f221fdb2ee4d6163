import { MAX_URL_BYTES, type UrlPart, type UrlTemplate } from './compile-url.js';
import type { TemplateContext } from './context.js';
import { hasDotSegment } from './dot-segments.js';
import { isAbsent, templateError, toText } from './insertion.js';
import { resolvePointer } from './resolve.js';

/**
 * Renders a url: each value is percent-encoded whole, so that it can neither end its segment nor open a query; literals stay as written.
 * In the path a value must be there and be a string, number or boolean; in the query a missing one is empty and a structure is its JSON.
 *
 * @throws DomainError `template_error` when a value does not fit its place, the url outgrows MAX_URL_BYTES, holds a dot segment
 *   or would leave the origin that was compiled
 */
export function renderUrl(template: UrlTemplate, context: TemplateContext): string {
  const rendered = template.parts.map((part) => renderPart(part, context)).join('');
  if (Buffer.byteLength(rendered) > MAX_URL_BYTES) throw templateError(`The rendered url is larger than ${MAX_URL_BYTES} bytes.`);
  if (hasDotSegment(rendered)) throw templateError('The rendered url has a . or .. segment in its path.');
  if (URL.parse(rendered)?.origin !== template.origin) throw templateError('The rendered url leaves its origin.');
  return rendered;
}

function renderPart(part: UrlPart, context: TemplateContext): string {
  if (typeof part === 'string') return part;
  const value = resolvePointer(part.tokens, context);
  if (part.in === 'path') assertFitsPath(value, part.tokens);
  // encodeURIComponent throws on half a surrogate pair.
  return encodeURIComponent(toText(value).toWellFormed());
}

function assertFitsPath(value: unknown, tokens: readonly string[]): void {
  const pointer = `/${tokens.join('/')}`;
  if (isAbsent(value) || value === '') throw templateError(`The url needs a value for ${pointer} in its path, and the event has none.`);
  if (typeof value === 'object') throw templateError(`The url needs a plain value for ${pointer} in its path.`);
}
