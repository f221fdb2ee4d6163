/** The programs of the image by the names that start them, as paths from the project's root. */
export const PROGRAMS = {
  gateway: 'dist/apps/gateway/src/main.js',
  dispatcher: 'dist/apps/dispatcher/src/main.js',
  migrate: 'dist/apps/gateway/src/migrate.js',
  'rotate-keys': 'dist/apps/gateway/src/reseal.js',
};
