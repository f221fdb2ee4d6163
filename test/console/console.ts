import type { Page } from 'playwright-core';
import { type Stage, startStage } from '../e2e/stage.js';
import type { Environment } from '../support/processes.js';
import { startBrowser, type Window, WHY_NONE } from './browser.js';

/** The console of a running gateway, and a browser before it. */
export interface Console {
  stage: Stage;
  /** A fresh page on which this key has signed in. */
  signIn: (key: string, width?: number) => Promise<Window>;
  /** The sign-in of a fresh page. */
  open: (width?: number) => Promise<Window>;
  /** Goes to an address of the console, as `/events`, and waits until nothing is loading. */
  visit: (page: Page, path: string) => Promise<void>;
}

/**
 * Tests that need a browser. Where there is none they are skipped, and the title says why. `prepare` runs before the processes start and gives
 * their settings.
 */
export function describeInBrowser(
  title: string,
  tests: (given: () => Console) => void,
  prepare: () => Promise<Environment> = () => Promise.resolve({}),
): void {
  if (WHY_NONE !== '') {
    describe.skip(`${title} (${WHY_NONE})`, () => tests(startNothing));
    return;
  }
  describe(title, () => {
    let console: Console;
    beforeAll(async () => {
      const [stage, openWindow] = await Promise.all([startStage({ env: await prepare() }), startBrowser()]);
      console = consoleOf(stage, openWindow);
    });
    tests(() => console);
  });
}

function startNothing(): never {
  throw new Error(WHY_NONE);
}

function consoleOf(stage: Stage, openWindow: (width?: number) => Promise<Window>): Console {
  const url = `${stage.gateway.url}/console`;
  const open: Console['open'] = async (width) => {
    const window = await openWindow(width);
    await window.page.goto(`${url}/`);
    return window;
  };
  return {
    stage,
    open,
    signIn: async (key, width) => {
      const window = await open(width);
      await window.page.getByLabel('API key').fill(key);
      await window.page.getByRole('button', { name: 'Sign in' }).click();
      await window.page.getByRole('button', { name: 'Sign out' }).waitFor();
      return window;
    },
    visit: async (page, path) => {
      await page.goto(`${url}${path}`);
      await untilLoaded(page);
    },
  };
}

export const hasText = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

export const heading = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

/** A screen has its heading and waits for nothing any more. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('main .state[role=status]').first().waitFor({ state: 'detached' });
}
