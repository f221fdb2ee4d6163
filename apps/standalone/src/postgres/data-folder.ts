import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountFor, canUse, isRoot } from './account.js';

/**
 * Where the embedded database keeps its data: under home, unless we are root and home lies in a folder that only root may enter.
 * PostgreSQL runs as another account then and could not reach it, so the data gets a place of its own, named after the home.
 */
export function dataFolderOf(home: string): string {
  const inside = join(home, 'postgres');
  if (!isRoot() || existsSync(inside) || canUse(accountFor(inside), nearestExisting(home), 'enter')) return inside;
  return join('/var/lib', `tidings-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`);
}

const nearestExisting = (folder: string): string => (existsSync(folder) ? folder : nearestExisting(dirname(folder)));
