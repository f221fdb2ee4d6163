/** Where a parsed value holds text that a database cannot store. `path` is a JSON Pointer (RFC 6901). */
export interface InvalidText {
  path: string;
  code: 'invalid_character';
}

interface Step {
  value: unknown;
  key: string | null;
  parent: Step | null;
}

/** PostgreSQL takes neither U+0000 (22021, 22P05) nor half a surrogate pair (22P02) in text and jsonb. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * The first string or member name, in document order, that holds U+0000 or half a surrogate pair; null when there is none.
 * Walks without recursion. For a bad name the pointer shows U+FFFD in place of what is wrong with it, so that it can be sent and stored.
 */
export function findInvalidText(value: unknown): InvalidText | null {
  const pending: Step[] = [{ value, key: null, parent: null }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const hasBadName = step.key !== null && !isStorable(step.key);
    if (hasBadName || (typeof step.value === 'string' && !isStorable(step.value)))
      return { path: pointerTo(step), code: 'invalid_character' };
    if (typeof step.value !== 'object' || step.value === null) continue;
    const entries = Object.entries(step.value);
    for (let i = entries.length - 1; i >= 0; i--) pending.push({ key: entries[i]![0], value: entries[i]![1], parent: step });
  }
  return null;
}

function pointerTo(step: Step): string {
  const tokens: string[] = [];
  for (let at: Step | null = step; at !== null && at.key !== null; at = at.parent) {
    tokens.push(at.key.replaceAll('\0', '\ufffd').toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'));
  }
  return tokens
    .reverse()
    .map((token) => `/${token}`)
    .join('');
}
