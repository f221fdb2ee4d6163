import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inRoot, root } from '../../prepare/root.mjs';
import { readYaml } from '../read-yaml.mjs';
import { checkDashboards, checkProvisioning } from './grafana.mjs';
import { checkManual } from './manual.mjs';
import { readPrometheus } from './prometheus.mjs';

/**
 * Judges a folder like ops/, without Prometheus or Grafana, and the manual beside it: schemas that know every field, PromQL by Prometheus' own
 * grammar, metrics, jobs and services that there are, and a paragraph for each alert. A file that nothing of it reads is a fault.
 */
export function judgeMonitoring(folder, manual, faults) {
  const services = readYaml('docker-compose.yml', faults)[0]?.content.services ?? {};
  const { files, alerts } = readPrometheus(join(folder, 'prometheus'), services, faults);
  const provisioning = checkProvisioning(join(folder, 'grafana'), services, faults);
  const all = filesUnder(folder);
  const dashboards = all.filter((file) => file.startsWith(join(folder, 'grafana', 'dashboards')) && file.endsWith('.json'));
  checkDashboards(dashboards, faults);
  checkManual(manual, alerts, faults);
  const known = new Set([...files, ...provisioning, ...dashboards]);
  for (const file of all) if (!known.has(file)) faults.add(file, 'nothing reads it');
}

const filesUnder = (folder) =>
  readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
