import type { Budget } from './budget.js';
import { toText } from './coercion.js';

/**
 * Reads `a.b.0` out of data by own properties only: `constructor` and `__proto__` are not there unless the publisher sent them.
 * `length` is an array's and a string's own. Undefined when any part is missing; the empty path is the data itself.
 */
function lookUp(data: unknown, path: string, budget: Budget): unknown {
  budget.spend(lookUpSteps(path));
  return lookUpKeys(data, path === '' ? [] : path.split('.'));
}

/** What reading this path costs. */
export const lookUpSteps = (path: string): number => path.length >> 4;

/** As a path that has been taken apart; no key at all is the data itself. */
export function lookUpKeys(data: unknown, keys: readonly string[]): unknown {
  let value = data;
  for (const key of keys) {
    value = ownProperty(value, key);
    if (value === undefined) return undefined;
  }
  return value;
}

function ownProperty(holder: unknown, key: string): unknown {
  if (holder === null || (typeof holder !== 'object' && typeof holder !== 'string')) return undefined;
  return Object.hasOwn(holder as object, key) ? (holder as Record<string, unknown>)[key] : undefined;
}

/** As lookUp, but names compare without case where no own name is exactly the one asked for (OS1 writes both `$eventType` and `$eventtype`). */
export function lookUpVariable(variables: unknown, path: readonly string[], budget: Budget): unknown {
  let value = variables;
  for (const key of path) {
    value = ownProperty(value, key) ?? ownProperty(value, sameName(value, key, budget));
    if (value === undefined) return undefined;
  }
  return value;
}

function sameName(holder: unknown, key: string, budget: Budget): string {
  if (typeof holder !== 'object' || holder === null) return key;
  const names = Object.keys(holder);
  budget.spend(names.length);
  return names.find((name) => name.length === key.length && name.toLowerCase() === key.toLowerCase()) ?? key;
}

/** `{"var": [path, fallback]}`: null, "" and no path at all are the whole data. The fallback is for what is absent, not for null. */
export function variable(operands: readonly unknown[], data: unknown, budget: Budget): unknown {
  const found = lookUp(data, toText(operands[0], budget), budget);
  return found === undefined ? operands[1] : found;
}

/** `{"missing": [paths]}`, or with one operand that is a list of paths: those that are absent, null or empty text. */
export function missing(operands: readonly unknown[], data: unknown, budget: Budget): unknown[] {
  const paths = Array.isArray(operands[0]) ? (operands[0] as unknown[]) : operands;
  const absent: unknown[] = [];
  for (const path of paths) {
    budget.spend(1);
    const value = lookUp(data, toText(path, budget), budget) ?? null;
    if (value !== null && value !== '') continue;
    budget.checkArray(absent.length + 1);
    absent.push(path);
  }
  return absent;
}

/** `{"missing_some": [needed, paths]}`: nothing when at least `needed` of the paths are there, else those that are not. */
export function missingSome(operands: readonly unknown[], data: unknown, budget: Budget): unknown[] {
  const paths = Array.isArray(operands[1]) ? (operands[1] as unknown[]) : [];
  const absent = missing([paths], data, budget);
  return paths.length - absent.length >= Number(operands[0]) ? [] : absent;
}
