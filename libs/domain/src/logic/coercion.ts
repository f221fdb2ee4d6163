import type { Budget } from './budget.js';

/** What JavaScript compares and computes with. `undefined` stands for an operand that was not given. */
export type Scalar = string | number | boolean | null | undefined;

/** JSON Logic's truth: an empty array is false, "0" is true, the rest as in JavaScript. Source: jsonlogic.com/truthy.html. */
export const isTruthy = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** Reads any value as text: null is empty, an array is joined with commas, an object is `[object Object]`. No method of the value is called. */
export function toText(value: unknown, budget: Budget, depth = 0): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return joinedText(value, budget, depth);
  // Parsed JSON has nothing else left.
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '[object Object]';
}

function joinedText(items: readonly unknown[], budget: Budget, depth: number): string {
  budget.checkTextDepth(depth + 1);
  const parts: string[] = [];
  let bytes = 0;
  for (const item of items) {
    budget.spend(1);
    const part = toText(item, budget, depth + 1);
    bytes += Buffer.byteLength(part) + (parts.length > 0 ? 1 : 0);
    budget.checkString(bytes);
    parts.push(part);
  }
  budget.makeString(bytes);
  return parts.join(',');
}

/** JavaScript's conversion of an array or object to something comparable, without calling any method of the value. */
const toScalar = (value: unknown, budget: Budget): Scalar =>
  typeof value === 'object' && value !== null ? toText(value, budget) : (value as Scalar);

/** `null` is 0, text is read whole ("3x" is NaN), an array as its text. */
export const toNumber = (value: unknown, budget: Budget): number => Number(toScalar(value, budget));

/** The reference implementation adds and multiplies with parseFloat: "3x" is 3, null and true are NaN. */
export const toLeadingNumber = (value: unknown, budget: Budget): number => parseFloat(toText(value, budget));

const isNothing = (value: unknown): boolean => value === null || value === undefined;

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** JavaScript's `==`: two arrays or objects are equal when they are the same one, anything else after conversion. */
export function looselyEqual(left: unknown, right: unknown, budget: Budget): boolean {
  if (isContainer(left) && isContainer(right)) return left === right;
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  const a = toScalar(left, budget);
  const b = toScalar(right, budget);
  return typeof a === typeof b ? a === b : Number(a) === Number(b);
}

/** JavaScript's `<`: two strings by code unit, anything else as numbers. */
export function isLess(left: unknown, right: unknown, budget: Budget): boolean {
  const [a, b] = [toScalar(left, budget), toScalar(right, budget)];
  return typeof a === 'string' && typeof b === 'string' ? a < b : Number(a) < Number(b);
}

/** JavaScript's `<=`; not the opposite of `>`, because NaN is neither. */
export function isLessOrEqual(left: unknown, right: unknown, budget: Budget): boolean {
  const [a, b] = [toScalar(left, budget), toScalar(right, budget)];
  return typeof a === 'string' && typeof b === 'string' ? a <= b : Number(a) <= Number(b);
}
