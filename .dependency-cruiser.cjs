/** Which lib may import which: its own files and those named here. An app may import any lib, and never another app. */
const LIBS = {
  domain: [],
  config: ['domain'],
  vault: ['domain'],
  observability: ['config'],
  queue: ['domain', 'config', 'observability'],
  store: ['domain', 'config', 'observability'],
};

const TEST_CODE = '^(test|bench)/';
const SPEC = '\\.spec\\.ts$';
const SEND = '^apps/dispatcher/src/dispatch/send/';
const DISPATCHER_MODULE = '^apps/dispatcher/src/dispatcher\\.module\\.ts$';
const PROCESSOR = '\\.processor\\.ts$';

/** One home for each package that reaches outside. Tests and the bench may use them all. */
const HOMES = [
  { packages: ['typeorm', '@nestjs/typeorm'], homes: ['^libs/store/'], because: 'All SQL is in libs/store.' },
  {
    packages: ['pg', 'pg-pool'],
    homes: ['^libs/store/', '^libs/queue/'],
    because: 'Only the store, and the queue that runs in Postgres, connect to it.',
  },
  {
    packages: ['bullmq', 'ioredis', '@nestjs/bullmq'],
    homes: ['^libs/queue/', PROCESSOR, DISPATCHER_MODULE],
    because: 'The queue is an adapter: plain functions do the work.',
  },
  {
    packages: ['@opentelemetry/[^/]+'],
    homes: ['^libs/observability/src/otlp/'],
    because: 'Loaded only where traces are on. Its exporter speaks to the collector that the operator names, and to nobody else.',
  },
  {
    packages: ['got', 'undici', 'axios', 'node-fetch', 'https-proxy-agent', 'ws'],
    homes: [SEND],
    because: 'Outbound HTTP leaves only through the guarded client.',
  },
];

const libRules = Object.entries(LIBS).map(([lib, others]) => ({
  name: `lib-${lib}`,
  comment: `libs/${lib} may import ${others.length === 0 ? 'nothing of ours' : others.map((other) => `libs/${other}`).join(', ')}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: '^(libs|apps|scripts)/', pathNot: `^libs/(${[lib, ...others].join('|')})/` },
}));

/** A package as it resolves, or as it is written where it is not installed. */
const packagePath = (packages) => `(^|/)node_modules/(${packages.join('|')})/|^(${packages.join('|')})(/|$)`;

const homeRules = HOMES.map(({ packages, homes, because }) => ({
  name: `home-of-${packages[0].replace(/\/.*/, '')}`,
  comment: because,
  severity: 'error',
  from: { pathNot: [...homes, TEST_CODE] },
  to: { path: packagePath(packages) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...libRules,
    ...homeRules,
    {
      name: 'no-app-to-app',
      comment: 'Apps meet in the database and the queue; standalone starts the others as processes.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^(apps|scripts)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'dialect-to-lib',
      comment: "A dialect maps between its own spelling and the gateway's services: of the libs it sees the domain only.",
      severity: 'error',
      from: { path: '^apps/gateway/src/dialects/' },
      to: { path: '^libs/', pathNot: '^libs/domain/' },
    },
    {
      name: 'dialect-to-dialect',
      comment: 'One dialect never leans on another.',
      severity: 'error',
      from: { path: '^apps/gateway/src/dialects/([^/]+)/' },
      to: { path: '^apps/gateway/src/dialects/', pathNot: '^apps/gateway/src/dialects/$1/' },
    },
    {
      name: 'no-test-code',
      comment: 'Nothing but tests may lean on test/ and bench/.',
      severity: 'error',
      from: { pathNot: TEST_CODE },
      to: { path: TEST_CODE },
    },
    {
      name: 'no-spec',
      comment: 'A spec is imported by nobody.',
      severity: 'error',
      from: {},
      to: { path: SPEC },
    },
    {
      name: 'domain-is-pure',
      comment: 'Of Node the domain may use what computes; it reads no file, opens no socket and knows no clock.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: SPEC },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|net|url)$' },
    },
    {
      name: 'domain-has-no-packages',
      comment: 'A package in the domain must be tiny and pure; name it here when there is one.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: SPEC },
      to: { path: '(^|/)node_modules/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-development-package',
      comment: 'The image holds production packages only. What the console needs is built into its files.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [SPEC, '^apps/console/'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-cycle', comment: 'Files that need each other are one idea.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'An import that cannot be followed cannot be judged.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.tidings)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: 'scripts/import-resolution.cjs' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
