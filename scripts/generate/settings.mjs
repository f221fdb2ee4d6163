import { SETTINGS } from '../../dist/libs/config/src/settings.js';

/** Every setting as a person reads of it: its name, what it does, who reads it, and what holds without it. */
export const settings = Object.entries(SETTINGS).map(([name, { schema, about }]) => {
  const absent = schema.safeParse(undefined);
  return {
    name,
    what: about.what,
    who: about.who === 'both' ? 'gateway, dispatcher' : about.who,
    isSecret: about.secret === true,
    isRequired: !absent.success,
    byDefault: about.shownDefault ?? (absent.success && absent.data !== undefined ? String(absent.data) : '(none)'),
  };
});
