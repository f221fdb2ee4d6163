import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from '../prepare/root.mjs';

/** The text of openapi.json, as the built gateway writes it into a folder of its own. */
export function openApi() {
  const program = inRoot('dist', 'apps', 'gateway', 'src', 'write-openapi.js');
  const folder = mkdtempSync(join(tmpdir(), 'tidings-openapi-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
    const written = join(folder, 'openapi.json');
    if (status !== 0 || !existsSync(written)) throw new Error(`The OpenAPI document could not be written:\n${stdout}${stderr}`);
    return readFileSync(written, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
