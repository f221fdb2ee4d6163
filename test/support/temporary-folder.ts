import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder outside the project that other accounts may pass through (not list): PostgreSQL does not run as root. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `tidings-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
