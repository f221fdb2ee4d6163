const TELLTALE = /signature|secret|password|token|credential|authorization|(?:api|access|private).?key/i;
const USER_INFO = /\/\/[^/?#\s]*@/g;

const MASK = '***';

/** JSON with everything masked that may be a secret: members by their names, and the user info of URLs. */
export function masked(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(USER_INFO, `//${MASK}@`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, TELLTALE.test(name) ? MASK : masked(member)]));
}
