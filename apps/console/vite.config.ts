import { defineConfig } from 'vite';
import { compress } from './compress.ts';

/** `npm run console` serves the sources against a gateway on port 3000; the build goes where the gateway looks for it. */
export default defineConfig({
  base: '/console/',
  root: import.meta.dirname,
  plugins: [compress()],
  build: {
    outDir: '../../dist/apps/console',
    emptyOutDir: true,
    target: 'es2023',
    reportCompressedSize: false,
    // Libraries mark what is for the client; here everything is.
    rolldownOptions: { onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log) },
  },
  oxc: { jsx: { runtime: 'automatic' } },
  server: { proxy: { '/v1': 'http://127.0.0.1:3000', '/console/session': 'http://127.0.0.1:3000' } },
});
