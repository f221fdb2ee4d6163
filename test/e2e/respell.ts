/** Blanks that JSON allows between its tokens. */
const BLANKS = ['', ' ', '', '\n  ', '\t', ' \r\n'];

/**
 * Spells a JSON value as no serialiser would: odd blanks, escapes that need not be, `1.0` and `1E+0` for 1. It parses to the same value, so
 * whatever was parsed and written anew on its way no longer has these bytes. The same value is always spelled the same way.
 */
export function respell(value: unknown): string {
  let turn = 0;
  const pick = <T>(choices: readonly T[]): T => choices[turn++ % choices.length]!;

  const spellNumber = (number: number): string => {
    const plain = JSON.stringify(number);
    if (plain.includes('e')) return plain;
    return Number.isInteger(number)
      ? pick([plain, `${plain}.0`, `${plain}E+0`, `${plain}.00e-0`])
      : pick([plain, `${plain}0`, `${plain}e0`]);
  };
  const spellString = (text: string): string => {
    const plain = JSON.stringify(text);
    const first = text.charCodeAt(0);
    const isLetter = /^[a-z]/i.test(text);
    return pick([plain, plain.replaceAll('/', '\\/'), isLetter ? `"\\u${first.toString(16).padStart(4, '0')}${plain.slice(2)}` : plain]);
  };
  const spell = (node: unknown): string => {
    if (typeof node === 'number') return spellNumber(node);
    if (typeof node === 'string') return spellString(node);
    if (typeof node !== 'object' || node === null) return JSON.stringify(node);
    const [open, close] = Array.isArray(node) ? '[]' : '{}';
    const items = Array.isArray(node)
      ? node.map((item) => spell(item))
      : Object.entries(node).map(([name, item]) => `${spellString(name)}${pick(BLANKS)}:${pick(BLANKS)}${spell(item)}`);
    return `${open}${pick(BLANKS)}${items.join(`${pick(BLANKS)},${pick(BLANKS)}`)}${pick(BLANKS)}${close}`;
  };
  return spell(value);
}
