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
  ...['node:http2', 'http2', 'undici'].map((name) => ({ name, message: GUARDED })),
];

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
  { name: 'node:crypto', allowImportNames: ['createHash', 'createHmac', 'timingSafeEqual'], message: CHANCE },
  { name: 'node:net', allowImportNames: ['BlockList', 'isIP', 'isIPv4', 'isIPv6'], message: 'The domain opens no sockets.' },
];

const rules = ({ imports = [], properties = [], globals = [] }) => ({
  'no-restricted-imports': ['error', { paths: imports }],
  'no-restricted-properties': ['error', ...properties],
  'no-restricted-globals': ['error', ...globals],
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
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { requireDefaultForNonUnion: true, considerDefaultExhaustiveForUnions: false, allowDefaultCaseForExhaustiveSwitch: false },
      ],
      // A class that Nest injects must stay a value import, for its decorated constructor is read at run time. The rule knows: with
      // emitDecoratorMetadata on it leaves files with decorators alone.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'off',
      ...rules(everywhere),
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
      'no-restricted-syntax': ['error', ...impureSyntax],
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
    // It calls our own gateway on 127.0.0.1.
    files: ['apps/standalone/src/api-client.ts'],
    rules: rules({ imports: [forwardRef, ...clientImports] }),
  },
  {
    // Commands print what they did.
    files: ['apps/*/src/migrate.ts', 'apps/*/src/write-openapi.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A test plays the client, the receiver and the machine around them.
    files: ['**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: rules({ imports: [forwardRef] }),
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
