import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';

export interface GithubExample {
  /** `github.<name>` or `github.<name>.<action>`. */
  type: string;
  payload: Record<string, unknown>;
  /** The payload as JSON, the bytes to publish. */
  bytes: Buffer;
}

interface Family {
  name: string;
  examples: Record<string, unknown>[];
}

/** Every webhook payload that GitHub's users contributed as an example: real shapes, real sizes, all of Unicode. */
export function githubExamples(): GithubExample[] {
  const file = join(projectRoot(), 'node_modules', '@octokit', 'webhooks-examples', 'api.github.com', 'index.json');
  const families = JSON.parse(readFileSync(file, 'utf8')) as Family[];
  return families.flatMap(({ name, examples }) => examples.map((payload) => exampleOf(name, payload)));
}

function exampleOf(name: string, payload: Record<string, unknown>): GithubExample {
  const { action } = payload;
  const type = typeof action === 'string' ? `github.${name}.${action}` : `github.${name}`;
  return { type, payload, bytes: Buffer.from(JSON.stringify(payload)) };
}
