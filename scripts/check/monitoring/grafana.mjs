import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inRoot } from '../../prepare/root.mjs';
import { exportedNames } from '../exported-metrics.mjs';
import { faultsOf } from '../promql.mjs';
import { readYaml } from '../read-yaml.mjs';
import { isOfKind } from './schemas.mjs';

const COLUMNS = 24;
/** What Grafana puts in for a panel's width; any range will do to read the expression. */
const VARIABLE_RANGE = /\$__rate_interval|\$__interval/g;

/** Judges how Grafana is set up: its data source is a service of the compose file, and its dashboards are where that puts them. */
export function checkProvisioning(folder, services, faults) {
  const sourcesFile = join(folder, 'provisioning/datasources/prometheus.yml');
  const [sources] = readYaml(sourcesFile, faults);
  if (isOfKind('datasources', sourcesFile, sources?.content, faults))
    for (const { url } of sources.content.datasources) {
      const { protocol, hostname } = URL.parse(url) ?? {};
      if (protocol !== 'http:' || !services[hostname]) faults.add(sourcesFile, `${url} is no service of docker-compose.yml`);
    }
  const providersFile = join(folder, 'provisioning/dashboards/tidings.yml');
  const [providers] = readYaml(providersFile, faults);
  const mounted = (services.grafana?.volumes ?? [])
    .map((volume) => volume.split(':'))
    .find(([from]) => basename(from) === 'dashboards')?.[1];
  if (isOfKind('providers', providersFile, providers?.content, faults))
    for (const { options } of providers.content.providers)
      if (options.path !== mounted) faults.add(providersFile, `${options.path} is not where docker-compose.yml puts the dashboards`);
  return [sourcesFile, providersFile];
}

/** Judges dashboards: each is one, its panels stand side by side, and what they show is PromQL over metrics that there are. */
export function checkDashboards(files, faults) {
  const uids = new Map();
  for (const file of files) {
    const dashboard = readJson(file, faults);
    if (dashboard === undefined || !isOfKind('dashboard', file, dashboard, faults)) continue;
    const { uid, panels } = dashboard;
    if (uids.has(uid)) faults.add(file, `has the uid ${uid} of ${uids.get(uid)}`);
    uids.set(uid, file);
    panels.forEach((panel, i) => checkPanel(panel, panels.slice(0, i), (what) => faults.add(`${file} (${panel.title})`, what)));
  }
}

function readJson(file, faults) {
  try {
    return JSON.parse(readFileSync(inRoot(file), 'utf8'));
  } catch (error) {
    faults.add(file, error.message);
    return undefined;
  }
}

function checkPanel({ id, gridPos, targets }, before, say) {
  if (before.some((other) => other.id === id)) say(`another panel has the id ${id} too`);
  if (gridPos.x + gridPos.w > COLUMNS) say(`does not fit the ${COLUMNS} columns`);
  for (const other of before) if (isOver(gridPos, other.gridPos)) say(`lies over the panel ${other.title}`);
  const { names } = exportedNames();
  for (const { refId, expr, legendFormat } of targets) {
    if (targets.filter((one) => one.refId === refId).length > 1) say(`has the target ${refId} twice`);
    for (const fault of faultsOf(expr.replaceAll(VARIABLE_RANGE, '5m'), names)) say(fault);
    for (const [, label] of legendFormat.matchAll(/\{\{(.*?)\}\}/g))
      if (!new RegExp(`\\b${label}\\b`).test(expr)) say(`its legend shows ${label}, which its expression does not keep`);
  }
}

const isOver = (one, other) => one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
