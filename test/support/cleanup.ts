/** What the test file must get rid of at its end, newest first. */
interface Entry {
  what: string;
  end: () => Promise<unknown> | void;
}

const entries: Entry[] = [];

/**
 * Has `end` run after the last test of this file. Everything is ended even when one part fails, and a failure fails the file.
 * Returns a function that takes the entry back, for what was ended before.
 */
export function atEnd(what: string, end: Entry['end']): () => void {
  const entry = { what, end };
  entries.push(entry);
  return () => {
    const index = entries.indexOf(entry);
    if (index >= 0) entries.splice(index, 1);
  };
}

// jest keeps one copy of this module per test file, so this is once per file.
afterAll(async () => {
  const failures: string[] = [];
  for (let entry = entries.pop(); entry; entry = entries.pop()) {
    try {
      await entry.end();
    } catch (error) {
      failures.push(`${entry.what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failures.length > 0) throw new Error(`Left over at the end of the file:\n${failures.join('\n')}`);
}, 120_000);
