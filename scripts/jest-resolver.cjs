// Our sources name their imports as Node will see them after the build (`./x.js`, `#domain/x.js`); under jest they are still `.ts`.
const path = require('node:path');

const alias = /^#(domain|config|store|queue|vault|observability)\/(.*)\.js$/;

module.exports = (request, options) => {
  const ours = !options.basedir.includes(`${path.sep}node_modules${path.sep}`);
  if (ours) {
    const match = alias.exec(request);
    if (match) return options.defaultResolver(path.join(options.rootDir, 'libs', match[1], 'src', `${match[2]}.ts`), options);
    if (/^\.{1,2}\/.*\.js$/.test(request)) {
      try {
        return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
      } catch {
        // A real .js file beside us: fall through to the ordinary rule.
      }
    }
  }
  return options.defaultResolver(request, options);
};
