import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { inRoot } from '../prepare/root.mjs';

/** Where metrics are made: `metrics.counter('name'`, `new Histogram({ name: 'name'`. */
const MADE = /(?:\.(counter|gauge|gauges|histogram)(?:<[^(]*>)?\(\s*|new (Histogram)\(\{\s*name: )'([a-z][a-z0-9_]*)'/g;
/** Prometheus's own, of each target. */
const OF_PROMETHEUS = ['up'];

/** The names of all series that our processes export, as the code makes them: of a histogram those of its parts. */
export function exportedNames() {
  exported ??= findExported();
  return exported;
}

let exported;

function findExported() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const byDefault = registry.getMetricsAsArray().flatMap(({ name, type }) => seriesOf(name, type));
  registry.clear();
  const own = sources().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(MADE)].flatMap(([, call, type, name]) => seriesOf(name, call ?? type.toLowerCase())),
  );
  return { names: new Set([...own, ...byDefault, ...OF_PROMETHEUS]), own: new Set(own) };
}

const seriesOf = (name, type) => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => `${name}${part}`) : [name]);

const sources = () =>
  ['apps', 'libs'].flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );

const WORDS = new Set(['and', 'or', 'unless', 'on', 'ignoring', 'by', 'without', 'offset', 'bool', 'group_left', 'group_right']);

/** The names of series in a PromQL expression: what is left of it without matchers, ranges, lists of labels, functions and words. */
export function namesIn(expression) {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '')
    .replaceAll(/\boffset\s+\w+/g, '');
  return [...bare.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\(|[a-zA-Z0-9_:])/g)].map(([name]) => name).filter((name) => !WORDS.has(name));
}

/** What is wrong with a PromQL expression as far as its names and brackets tell: `names` are those there are. */
export function faultsOf(expression, names) {
  const found = namesIn(expression ?? '');
  const unbalanced = ['()', '{}', '[]'].filter(([open, close]) => expression?.split(open).length !== expression?.split(close).length);
  return [
    ...(found.length === 0 ? ['names no metric'] : []),
    ...found.filter((name) => !names.has(name)).map((name) => `${name} is no metric of ours`),
    ...unbalanced.map((pair) => `its ${pair} do not match`),
  ];
}
