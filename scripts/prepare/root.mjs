import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. These scripts run before anything is installed, on whatever Node started npm (18 or later), without a package. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const inRoot = (...parts) => join(root, ...parts);
