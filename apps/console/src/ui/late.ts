import { type ComponentType, lazy } from 'react';

/** A part of the page that could not be loaded. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded';

  constructor(
    /** The gateway serves another build of the console by now, which has no such part. */
    readonly isOutdated: boolean,
    cause: unknown,
  ) {
    super('A part of the page could not be loaded.', { cause });
  }
}

/** A part that is loaded when it is first shown, so that the first page stays small. Where it cannot be, rendering throws NotLoaded. */
export const late = <Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) =>
  lazy(() =>
    load().catch(async (cause: unknown) => {
      throw new NotLoaded(await isOutdated(), cause);
    }),
  );

/** The page that the gateway serves names its main script by what is in it: another name is another build. */
async function isOutdated(): Promise<boolean> {
  const own = document.querySelector('script[type=module][src]')?.getAttribute('src');
  if (!own) return false;
  const answer = await fetch(import.meta.env.BASE_URL, { cache: 'no-cache' }).catch(() => null);
  return answer?.ok === true && !(await answer.text()).includes(own);
}
