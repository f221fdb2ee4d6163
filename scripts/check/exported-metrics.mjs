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
  const own = sourceTexts().flatMap((text) =>
    [...text.matchAll(MADE)].flatMap(([, call, type, name]) => seriesOf(name, call ?? type.toLowerCase())),
  );
  return { names: new Set([...own, ...byDefault, ...OF_PROMETHEUS]), own: new Set(own) };
}

const seriesOf = (name, type) => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => `${name}${part}`) : [name]);

/** What stands in the sources of our programs. */
export const sourceTexts = () =>
  ['apps', 'libs'].flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
