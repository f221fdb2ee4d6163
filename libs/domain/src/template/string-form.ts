import type { BodyPart } from './body-template.js';
import type { Template } from './parse.js';

/**
 * Compiles a string that spells a JSON object or array with placeholders in it: within a JSON string literal they are escaped, elsewhere
 * they stand for whole JSON values. Returns null when the string is no such thing, and so is plain text.
 *
 * It is one if it starts with `{` or `[` and is JSON once each placeholder is masked. The masks are chosen so that whatever fits in
 * their place fits for every value: `null` outside strings; within strings `x`, which no escape can begin or go on with.
 */
export function compileStringForm(template: Template): BodyPart[] | null {
  const [first] = template;
  if (first?.kind !== 'literal' || !/^[ \t\r\n]*[{[]/.test(first.text)) return null;
  const parts: BodyPart[] = [];
  let masked = '';
  let isInString = false;
  for (const part of template) {
    if (part.kind === 'literal') {
      isInString = endsInString(part.text, isInString);
      masked += part.text;
      parts.push(part.text);
    } else {
      masked += isInString ? 'x' : 'null';
      parts.push({ tokens: part.tokens, as: isInString ? 'jsonString' : 'json' });
    }
  }
  return isJson(masked) ? parts : null;
}

/** Whether the end of `text` lies within a JSON string literal, given whether its beginning does. */
function endsInString(text: string, startsInString: boolean): boolean {
  let isInString = startsInString;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isInString = !isInString;
    else if (isInString && text[at] === '\\') at++;
  }
  return isInString;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
