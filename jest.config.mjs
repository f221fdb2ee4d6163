/** Sources are turned into CommonJS by swc; packages that are ESM only are loaded natively by Node. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2024',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc },
  resolver: '<rootDir>/scripts/jest-resolver.cjs',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.tidings/'],
};

/** With a Postgres and a Redis of the run's own; each test file takes its own database. */
const withServices = {
  ...shared,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

const folder = (name) => ({ ...withServices, displayName: name, testMatch: [`<rootDir>/test/${name}/**/*.spec.ts`] });

export default {
  testTimeout: 120_000,
  // The processes under test need the cores too.
  maxWorkers: 2,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,bench}/**/*.spec.ts'] },
    folder('support'),
    folder('integration'),
    folder('e2e'),
    { ...folder('console'), globalSetup: '<rootDir>/test/console/global-setup.mjs' },
    folder('chaos'),
    // The long and heavy faults: only `npm run chaos`, or by name.
    folder('chaos-full'),
    folder('conformance'),
    folder('attack'),
  ],
};
