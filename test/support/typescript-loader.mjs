import { registerHooks } from 'node:module';

/**
 * jest loads a global setup without its own module resolver. Node strips the types by itself, but our imports name the `.js` that
 * the build makes; beside a source that is a `.ts`.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = /^\.{1,2}\/.*\.js$/.test(specifier) && !context.parentURL?.includes('/node_modules/');
    if (!isOurs) return nextResolve(specifier, context);
    try {
      return nextResolve(specifier.replace(/\.js$/, '.ts'), context);
    } catch {
      return nextResolve(specifier, context);
    }
  },
});
