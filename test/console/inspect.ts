import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

export const NARROW_PX = 360;
const THEMES = ['light', 'dark'] as const;
const GRAVE = ['serious', 'critical'];

/** What is wrong with the screen that a page shows, one sentence each: in both themes, and on a narrow phone. */
export async function inspect(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  for (const alert of await page.getByRole('alert').allTextContents()) wrong.push(`It says: ${alert}`);
  await page.evaluate(axe.source);
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    wrong.push(...(await barriersOf(page)).map((barrier) => `${colorScheme}: ${barrier}`));
  }
  return [...wrong, ...(await overflowOf(page))];
}

async function barriersOf(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`);
  return violations
    .filter(({ impact }) => GRAVE.includes(impact ?? ''))
    .map(({ id, help, nodes }) => `${id} (${help}) at ${nodes.map(({ html }) => html).join(' ')}`);
}

async function overflowOf(page: Page): Promise<string[]> {
  const wide = page.viewportSize();
  await page.setViewportSize({ width: NARROW_PX, height: 740 });
  const px = await page.evaluate<number>('document.documentElement.scrollWidth');
  if (wide) await page.setViewportSize(wide);
  return px > NARROW_PX ? [`It is ${px} pixels wide on a phone of ${NARROW_PX}.`] : [];
}
