import { spawnSync } from 'node:child_process';
import { lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Who runs the database: `{}` is ourselves. PostgreSQL refuses to run as root, so root lends it an account. */
export type Account = { uid: number; gid: number } | Record<string, never>;

const TESTS = { read: 'test -r "$1"', enter: 'test -x "$1"', write: 'test -x "$1" && test -w "$1"' };

/** `nobody` on nearly every system; it needs no entry in the user list. */
const NOBODY = 65_534;

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The account for a data folder: ourselves, or, when we are root, the folder's owner, or nobody for a folder of root's. */
export function accountFor(dataDir: string): Account {
  if (!isRoot()) return {};
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: NOBODY, gid: NOBODY };
}

/**
 * Whether the account can read a file, enter a folder, or enter it and write in it. The system is asked, as that account, rather than mode bits
 * read: every folder above counts, and so do access lists and mounts.
 */
export function canUse(account: Account, path: string, needs: 'read' | 'enter' | 'write'): boolean {
  return spawnSync('/bin/sh', ['-c', TESTS[needs], 'sh', path], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Makes the account the owner of a file, or of a folder and all in it. */
export function giveTo(account: Account, path: string): void {
  if (!('uid' in account)) return;
  lchownSync(path, account.uid, account.gid);
  for (const entry of statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : []) {
    lchownSync(join(path, entry), account.uid, account.gid);
  }
}
