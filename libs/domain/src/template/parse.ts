import { LIMITS } from '../limits.js';
import { type DomainError, invalidField } from '../errors.js';

/** UTF-8 bytes of one template, the whole of a body template included. */
export const MAX_TEMPLATE_BYTES = LIMITS.templateBytes.max;
/** Placeholders of one template, the whole of a body template included. */
export const MAX_PLACEHOLDERS = LIMITS.templatePlaceholders.max;
/** Names in one pointer, those parted by dots counted each. */
export const MAX_POINTER_DEPTH = LIMITS.templatePointerDepth.max;

export interface PointerPart {
  kind: 'pointer';
  /** Unescaped names; empty for the whole context. */
  tokens: readonly string[];
}

export type TemplatePart = { kind: 'literal'; text: string } | PointerPart;

/** A template taken apart once and rendered many times. Adjacent literals are one part; an empty text has no parts. */
export type Template = readonly TemplatePart[];

const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** What opens a placeholder, or, with the brace doubled, spells that opening literally. */
const OPENING = /\{?\{[ \t\r\n]*\//g;

/**
 * Takes a text with `{/pointer}` placeholders apart.
 *
 * Grammar: `{` ws? `/` name (`/` name)* ws? `}`, names as in RFC 6901 (`~1` is `/`, `~0` is `~`) and without braces. A last empty name
 * means the node itself (`{/resource/}` is `{/resource}`, `{/}` the whole context). `{{/` is a literal `{/`. Everything else is literal.
 *
 * @param path where the text stands, for the errors: a JSON Pointer
 * @throws DomainError `template_unclosed`, `template_invalid_pointer` (a `~` that escapes nothing), `template_forbidden_name`,
 *   `template_too_large`, `template_too_many_placeholders`, `template_too_deep`
 */
export function parseTemplate(text: string, path = ''): Template {
  if (Buffer.byteLength(text) > MAX_TEMPLATE_BYTES) throw tooLarge(path);
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  for (const { index, 0: opening } of text.matchAll(OPENING)) {
    literal += text.slice(at, index);
    at = index + opening.length;
    if (opening.startsWith('{{')) {
      literal += opening.slice(1);
      continue;
    }
    const end = closingBrace(text, at, path);
    if (literal !== '') parts.push({ kind: 'literal', text: literal });
    parts.push({ kind: 'pointer', tokens: parsePointer(text.slice(at, end), path) });
    literal = '';
    at = end + 1;
  }
  literal += text.slice(at);
  if (literal !== '') parts.push({ kind: 'literal', text: literal });
  if (countPlaceholders(parts) > MAX_PLACEHOLDERS) throw tooManyPlaceholders(path);
  return parts;
}

export const countPlaceholders = (template: Template): number => template.filter((part) => part.kind === 'pointer').length;

/** The pointer of a template that is one placeholder and nothing else; undefined for any other. */
export function lonePointer(template: Template): PointerPart | undefined {
  const [only] = template;
  return template.length === 1 && only?.kind === 'pointer' ? only : undefined;
}

export const tooLarge = (path: string): DomainError =>
  invalidField(path, 'template_too_large', `A template has at most ${MAX_TEMPLATE_BYTES} bytes.`);

export const tooManyPlaceholders = (path: string): DomainError =>
  invalidField(path, 'template_too_many_placeholders', `A template has at most ${MAX_PLACEHOLDERS} placeholders.`);

function closingBrace(text: string, from: number, path: string): number {
  const length = text.slice(from).search(/[{}]/);
  if (length < 0 || text[from + length] === '{') {
    throw invalidField(
      path,
      'template_unclosed',
      `The placeholder opened before character ${from} has no closing brace; write {{/ for a literal {/.`,
    );
  }
  return from + length;
}

/** `source` is what stands between the first slash and the closing brace. */
function parsePointer(source: string, path: string): string[] {
  const written = source.trimEnd();
  if (/~(?![01])/.test(written)) throw invalidField(path, 'template_invalid_pointer', 'In a pointer ~ is written ~0 and / is written ~1.');
  const tokens = written.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (tokens.at(-1) === '') tokens.pop();
  const names = tokens.flatMap((token) => token.split('.'));
  if (names.length > MAX_POINTER_DEPTH) throw invalidField(path, 'template_too_deep', `A pointer has at most ${MAX_POINTER_DEPTH} names.`);
  const forbidden = [...tokens, ...names].find((name) => FORBIDDEN_NAMES.has(name));
  if (forbidden !== undefined) throw invalidField(path, 'template_forbidden_name', `A pointer may not name ${forbidden}.`);
  return tokens;
}
