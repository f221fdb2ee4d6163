import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';

interface Example {
  name: string;
  examples: { action?: string; repository?: { full_name: string }; sender?: { login: string } }[];
}

/** The published event of the demo: a real webhook payload of GitHub's, an issue that was opened. */
export interface DemoEvent {
  type: string;
  resource: { type: string; id: string };
  user: { id: string };
  data: unknown;
}

export function githubEvent(): DemoEvent {
  const file = join(projectRoot(), 'node_modules', '@octokit', 'webhooks-examples', 'api.github.com', 'index.json');
  const examples = JSON.parse(readFileSync(file, 'utf8')) as Example[];
  const payload = examples.find(({ name }) => name === 'issues')?.examples.find(({ action }) => action === 'opened');
  if (!payload?.repository || !payload.sender) throw new Error(`${file} holds no issues.opened example.`);
  return {
    type: 'github.issues.opened',
    resource: { type: 'repository', id: payload.repository.full_name },
    user: { id: payload.sender.login },
    data: payload,
  };
}
