import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * One home for each capability. Which folder may import which, and which npm package lives where, is for `.dependency-cruiser.cjs`; what
 * stands here are names within a module that is otherwise free to use.
 */
const environment = {
  object: 'process',
  property: 'env',
  message: 'Only libs/config reads the environment: add a setting to libs/config/src/settings.ts.',
};

const GUARDED = 'Outbound HTTP leaves only through the guarded client: use send() of apps/dispatcher/src/dispatch/send.';
const globalFetch = ['globalThis', 'global'].map((object) => ({ object, property: 'fetch', message: GUARDED }));
const clientGlobals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'].map((name) => ({ name, message: GUARDED }));
const clientImports = [
  ...['node:http', 'http', 'node:https', 'https'].map((name) => ({
    name,
    importNames: ['default', 'request', 'get', 'Agent', 'globalAgent', 'ClientRequest'],
    message: GUARDED,
  })),
  ...['node:net', 'net'].map((name) => ({
    name,
    importNames: ['default', 'connect', 'createConnection', 'Socket', 'Stream'],
    allowTypeImports: true,
    message: GUARDED,
  })),
  ...['node:tls', 'tls'].map((name) => ({
    name,
    importNames: ['default', 'connect', 'TLSSocket'],
    allowTypeImports: true,
    message: GUARDED,
  })),
  ...['node:http2', 'http2', 'undici'].map((name) => ({ name, message: GUARDED })),
];

const lateClientImports = {
  selector: 'ImportExpression[source.value=/^(node:)?(https?|http2|net|tls|dgram)$/]',
  message: GUARDED,
};

const environmentImports = ['node:process', 'process'].map((name) => ({
  name,
  importNames: ['default', 'env'],
  message: environment.message,
}));

const forwardRef = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'Two modules that need each other are one module, or a third one is missing.',
};

const CLOCK = 'The domain has no clock: take the time as an argument.';
const CHANCE = 'The domain has no randomness: take it as an argument.';
const impureProperties = [
  { object: 'Date', property: 'now', message: CLOCK },
  { object: 'performance', property: 'now', message: CLOCK },
  { object: 'Math', property: 'random', message: CHANCE },
];
const impureSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCK },
  { selector: "CallExpression[callee.name='Date']", message: CLOCK },
  { selector: 'AwaitExpression', message: 'The domain does no I/O, so it has nothing to wait for.' },
];
const impureGlobals = ['process', 'performance', 'crypto', 'setTimeout', 'setInterval', 'setImmediate', 'console'].map((name) => ({
  name,
  message: 'The domain is pure: no environment, no clock, no randomness, no I/O.',
}));
const impureImports = [
  {
    name: 'node:crypto',
    importNames: [
      'default',
      'webcrypto',
      'getRandomValues',
      ...['Bytes', 'Int', 'UUID', 'Fill', 'FillSync'].map((what) => `random${what}`),
    ],
    message: CHANCE,
  },
  { name: 'node:net', allowImportNames: ['BlockList', 'isIP', 'isIPv4', 'isIPv6'], message: 'The domain opens no sockets.' },
];

/** A rule without options would keep those of an earlier block, so an empty list turns it off. */
const restrict = (options) => (options.length === 0 ? 'off' : ['error', ...options]);

const rules = ({ imports = [], properties = [], globals = [] }) => ({
  'no-restricted-imports': imports.length === 0 ? 'off' : ['error', { paths: imports }],
  'no-restricted-properties': restrict(properties),
  'no-restricted-globals': restrict(globals),
});

const everywhere = {
  imports: [forwardRef, ...environmentImports, ...clientImports],
  properties: [environment, ...globalFetch],
  globals: clientGlobals,
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.tidings/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      // A default does not stand in for the members that a union gets later.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
      // A class that Nest injects must stay a value import, for its decorated constructor is read at run time. The rule knows: with
      // emitDecoratorMetadata on it leaves files with decorators alone.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A Nest module is a class that only carries its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `done => finish(done)` and an early `return refuse(…)` are clear where nothing is returned either way.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // With noUncheckedIndexedAccess every index may be undefined to the compiler; `!` says that the bounds were checked just before.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A DTO class only describes a shape: services hand over plain objects of that shape, and spread them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // `() => void | Promise<void>` is how a callback says that it is waited for if there is something to wait for.
      '@typescript-eslint/no-invalid-void-type': 'off',
      ...rules(everywhere),
      'no-restricted-syntax': ['error', lateClientImports],
    },
  },
  {
    files: ['libs/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      ...rules({
        imports: [...everywhere.imports, ...impureImports],
        properties: [...everywhere.properties, ...impureProperties],
        globals: [...everywhere.globals, ...impureGlobals],
      }),
      'no-restricted-syntax': ['error', ...impureSyntax, lateClientImports],
    },
  },
  {
    files: ['libs/config/**/*.ts'],
    rules: rules({ ...everywhere, imports: [forwardRef, ...clientImports], properties: globalFetch }),
  },
  {
    // The guarded client itself.
    files: ['apps/dispatcher/src/dispatch/send/**/*.ts'],
    rules: rules({ imports: [forwardRef, ...environmentImports], properties: [environment] }),
  },
  {
    // The laptop's supervisor hands its environment on to the programs it starts, and speaks to a person on the console.
    files: ['apps/standalone/**/*.ts'],
    rules: { ...rules({ ...everywhere, imports: [forwardRef, ...clientImports], properties: globalFetch }), 'no-console': 'off' },
  },
  {
    // A page in a browser, which calls the gateway that served it.
    files: ['apps/console/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './apps/console/tsconfig.json' } },
    rules: rules({ imports: [forwardRef, ...environmentImports], properties: [environment] }),
  },
  {
    // It calls our own gateway on 127.0.0.1.
    files: ['apps/standalone/src/api-client.ts'],
    rules: rules({ imports: [forwardRef, ...clientImports] }),
  },
  {
    // Commands print what they did; a program that cannot start has no logger yet.
    files: ['apps/*/src/{main,migrate,write-openapi}.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A test plays the client, the receiver and the machine around them.
    files: ['**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      ...rules({ imports: [forwardRef] }),
      'no-restricted-syntax': 'off',
      // jest's asymmetric matchers (expect.objectContaining and the like) are typed as any.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // A stand-in for something asynchronous is async though it waits for nothing.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    extends: [tseslint.configs.strict, tseslint.configs.disableTypeChecked],
    rules: { eqeqeq: 'error' },
  },
  {
    // CommonJS because the tools that read them ask for it.
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
