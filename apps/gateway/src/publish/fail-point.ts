import type { Settings } from '#config/settings.js';
import type { CommitHooks } from '#store/publish.store.js';

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/** Where the tests kill the gateway. `kill -9` of oneself leaves no chance to clean up, which is the point. */
export function failPoint(name: Settings['FAIL_POINT']): CommitHooks {
  switch (name) {
    case 'crash-before-commit':
      return { beforeCommit: die };
    case 'crash-after-commit':
      return { afterCommit: die };
    case 'skip-wake':
    case 'never-claim':
    case '':
      return {};
  }
}
