/** Whether a parsed JSON value holds a number too large for a double (`1e400`), which would be stored as null. Walks without recursion. */
export function findInfinity(value: unknown): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === Infinity || next === -Infinity) return true;
    if (typeof next === 'object' && next !== null) for (const member of Object.values(next) as unknown[]) pending.push(member);
  }
  return false;
}
