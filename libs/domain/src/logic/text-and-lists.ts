import type { Budget } from './budget.js';
import { toNumber, toText } from './coercion.js';

/** `{"cat": [...]}`: the operands' texts, one after the other. */
export function cat(operands: readonly unknown[], budget: Budget): string {
  const texts = operands.map((operand) => toText(operand, budget));
  budget.makeString(texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0));
  return texts.join('');
}

/** `{"substr": [text, start, length]}`: a negative start counts from the end, a negative length leaves that many characters off. */
export function substr([source, start, length]: readonly unknown[], budget: Budget): string {
  const text = toText(source, budget);
  const offset = whole(start, budget);
  const from = offset < 0 ? Math.max(text.length + offset, 0) : offset;
  const to = length === undefined ? text.length : end(from, whole(length, budget), text.length);
  const part = text.slice(from, Math.max(to, from));
  budget.makeString(Buffer.byteLength(part));
  return part;
}

const end = (from: number, length: number, total: number): number => (length < 0 ? total + length : from + length);

const whole = (value: unknown, budget: Budget): number => Math.trunc(toNumber(value, budget)) || 0;

/** `{"in": [needle, haystack]}`: part of a string, or strictly equal to an item of an array. */
export function isIn([needle, haystack]: readonly unknown[], budget: Budget): boolean {
  if (typeof haystack === 'string') return isPartOf(needle, haystack, budget);
  if (!Array.isArray(haystack)) return false;
  budget.spend(haystack.length * (1 + weight(needle)));
  return haystack.indexOf(needle) !== -1;
}

/** A missing value is part of nothing. The worst search is needle × haystack comparisons, so that product is what it costs. */
function isPartOf(needle: unknown, haystack: string, budget: Budget): boolean {
  if (needle === null || needle === undefined) return false;
  const text = toText(needle, budget);
  budget.spend(Math.ceil((text.length * haystack.length) / 1024));
  return haystack.includes(text);
}

const weight = (value: unknown): number => (typeof value === 'string' ? value.length >> 10 : 0);

/** `{"merge": [...]}`: one flat array; an operand that is no array counts as an array of one. */
export function merge(operands: readonly unknown[], budget: Budget): unknown[] {
  budget.makeArray(operands.reduce<number>((items, operand) => items + (Array.isArray(operand) ? operand.length : 1), 0));
  return operands.flat();
}
