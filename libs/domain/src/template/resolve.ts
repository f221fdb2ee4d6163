/** What a pointer that leads nowhere resolves to. JSON has no such value, so it cannot be mistaken for data. */
export const MISSING: unique symbol = Symbol('missing');

const ARRAY_INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * Follows a parsed pointer through plain JSON data, by own properties only.
 *
 * Each name is tried exactly; then, if it has dots, split at them (`sys.id`); then without regard to case, if that fits one key alone.
 * Arrays take a decimal index. No names at all is the context itself. Returns MISSING when nothing is found.
 */
export function resolvePointer(tokens: readonly string[], context: unknown): unknown {
  let node = context;
  for (const token of tokens) {
    node = step(node, token);
    if (node === MISSING) return MISSING;
  }
  return node;
}

function step(node: unknown, token: string): unknown {
  const exact = ownValue(node, token);
  if (exact !== MISSING) return exact;
  if (token.includes('.')) {
    const nested = stepThrough(node, token.split('.'));
    if (nested !== MISSING) return nested;
  }
  return ownValueInAnyCase(node, token);
}

function stepThrough(start: unknown, names: string[]): unknown {
  let node = start;
  for (const name of names) {
    const exact = ownValue(node, name);
    node = exact === MISSING ? ownValueInAnyCase(node, name) : exact;
  }
  return node;
}

function ownValue(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null) return MISSING;
  if (Array.isArray(node) && !ARRAY_INDEX.test(name)) return MISSING;
  if (!Object.hasOwn(node, name)) return MISSING;
  const value = (node as Record<string, unknown>)[name];
  return value === undefined ? MISSING : value;
}

function ownValueInAnyCase(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return MISSING;
  const wanted = name.toLowerCase();
  const [match, ...others] = Object.keys(node).filter((key) => key.toLowerCase() === wanted);
  return match === undefined || others.length > 0 ? MISSING : ownValue(node, match);
}
