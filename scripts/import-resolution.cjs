// Our sources name their imports as Node will see them after the build; the import rules are judged on the sources.
const path = require('node:path');

const libs = ['domain', 'config', 'store', 'queue', 'vault', 'observability'];

module.exports = {
  resolve: {
    alias: Object.fromEntries(libs.map((lib) => [`#${lib}`, path.join(__dirname, '..', 'libs', lib, 'src')])),
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
};
