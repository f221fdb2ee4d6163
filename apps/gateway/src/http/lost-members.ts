import type { FieldError } from '#domain/errors.js';
import { pointerToken, unknownField } from './field-errors.js';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The members that class-transformer dropped while it built a DTO: names that every object inherits (`constructor`, `toString`, `__proto__`).
 * It skips them in silence, and a rule that never sees a member cannot refuse it. Free-form JSON, which has no class, may have any names.
 */
export function lostMembers(given: unknown, built: unknown, path = ''): FieldError[] {
  if (given === built) return [];
  if (Array.isArray(given) && Array.isArray(built)) return given.flatMap((item, i) => lostMembers(item, built[i], `${path}/${i}`));
  if (!isObject(given) || !isObject(built) || Object.getPrototypeOf(built) === Object.prototype) return [];
  return Object.entries(given).flatMap(([name, member]) => {
    const at = `${path}/${pointerToken(name)}`;
    return Object.hasOwn(built, name) ? lostMembers(member, built[name], at) : [unknownField(at, name)];
  });
}
