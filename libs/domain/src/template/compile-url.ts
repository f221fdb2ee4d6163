import { LIMITS } from '../limits.js';
import { type DomainError, invalidField } from '../errors.js';
import { type Template, parseTemplate, tooLarge } from './parse.js';
import { hasDotSegment } from './dot-segments.js';

/** Largest url, in bytes: as rendered, and also the literal part of a template. */
export const MAX_URL_BYTES = LIMITS.urlBytes.max;

export type UrlPart = string | { tokens: readonly string[]; in: 'path' | 'query' };

/** A url template, ready to render. Its scheme, host and port are literal: they are known and checked before any event comes. */
export interface UrlTemplate {
  /** As `URL.origin` writes it: `https://example.com`. */
  origin: string;
  parts: readonly UrlPart[];
}

/** Scheme and authority, up to the character that ends the authority: beyond it no value can reach the host. */
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]+(?=[/?#])/i;

/** White space and control characters, which URL parsers drop silently, and the backslash, which they read as a slash. */
const UNSAFE_LITERAL = /[\s\p{Cc}\\]/u;

/**
 * Compiles a subscription's url. Placeholders may stand in the path and the query; a fragment is dropped, since it is never sent.
 *
 * @throws DomainError the codes of parseTemplate, `template_in_authority`, `url_scheme` (neither http nor https),
 *   `url_invalid` (no url, white space or control characters, backslash, dot segment)
 */
export function compileUrl(text: string): UrlTemplate {
  const template = parseTemplate(text);
  const hasPlaceholder = template.some((part) => part.kind === 'pointer');
  const [first] = template;
  if (hasPlaceholder && !(first?.kind === 'literal' && AUTHORITY.test(first.text))) {
    throw invalidField(
      '',
      'template_in_authority',
      'Scheme, host and port of a url are literal; placeholders may stand in its path and query.',
    );
  }
  const parts = dropFragment(template);
  const origin = checkMasked(parts);
  return { origin, parts };
}

/** Marks each placeholder with the zone it stands in; the first `?` opens the query, the first `#` ends everything. */
function dropFragment(template: Template): UrlPart[] {
  const parts: UrlPart[] = [];
  let zone: 'path' | 'query' = 'path';
  for (const part of template) {
    if (part.kind === 'pointer') {
      parts.push({ tokens: part.tokens, in: zone });
      continue;
    }
    const [text = '', ...fragment] = part.text.split('#');
    parts.push(text);
    if (text.includes('?')) zone = 'query';
    if (fragment.length > 0) break;
  }
  return parts;
}

/** Checks the url with every placeholder replaced by a harmless letter; returns its origin. */
function checkMasked(parts: UrlPart[]): string {
  const masked = parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  if (UNSAFE_LITERAL.test(masked)) throw invalidUrl('A url holds no white space, control characters or backslashes.');
  if (Buffer.byteLength(masked) > MAX_URL_BYTES) throw tooLarge('');
  const url = URL.parse(masked);
  if (!url) throw invalidUrl('The url is not valid.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalidField('', 'url_scheme', 'A url starts with https:// or http://.');
  if (hasDotSegment(masked)) throw invalidUrl('The path of a url has no . or .. segments.');
  return url.origin;
}

const invalidUrl = (message: string): DomainError => invalidField('', 'url_invalid', message);
