import { consoleSchema } from './console-schema.mjs';
import { environmentExample } from './environment-example.mjs';
import { promisesPage } from './fault-matrix.mjs';
import { limitsPage } from './limits-page.mjs';
import { openApi } from './openapi.mjs';
import { readmeWithSettings } from './readme-settings.mjs';

/** Every file that is made from the code. `text` makes what it should hold out of what it holds, undefined when there is no file. */
export const FILES = [
  { path: '.env.example', text: environmentExample },
  { path: 'README.md', text: readmeWithSettings },
  { path: 'docs/limits.md', text: limitsPage },
  { path: 'docs/promises.md', text: promisesPage },
  { path: 'openapi.json', text: openApi },
  // After the description that it is made from.
  { path: 'apps/console/src/api/schema.d.ts', text: consoleSchema },
];
