import { join } from 'node:path';
import { projectRoot } from './project-root.js';

/** The compiled entry of each program that runs as a process of its own, from the project's root. */
const ENTRIES = {
  gateway: 'dist/apps/gateway/src/main.js',
  dispatcher: 'dist/apps/dispatcher/src/main.js',
  migrate: 'dist/apps/gateway/src/migrate.js',
  reseal: 'dist/apps/gateway/src/reseal.js',
} as const;

export type Program = keyof typeof ENTRIES;

/** The absolute path of a program's entry. */
export const entryOf = (program: Program): string => join(projectRoot(), ENTRIES[program]);
