import { join } from 'node:path';
import { SETTINGS } from '../../../dist/libs/config/src/settings.js';
import { exportedNames } from '../exported-metrics.mjs';
import { faultsOf, valuesOf } from '../promql.mjs';
import { readYaml } from '../read-yaml.mjs';
import { isOfKind } from './schemas.mjs';

/** Reads the configuration of Prometheus and the alerts of the rule files that it names; what is wrong with either is said. */
export function readPrometheus(folder, services, faults) {
  const file = join(folder, 'prometheus.yml');
  const [{ content } = {}] = readYaml(file, faults);
  if (!isOfKind('prometheus', file, content, faults)) return { files: [file], alerts: [] };
  const jobs = content.scrape_configs.map(({ job_name }) => job_name);
  for (const job of jobs) if (jobs.filter((one) => one === job).length > 1) faults.add(file, `has the job ${job} twice`);
  const found = content.scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs);
  for (const { names, port } of found) {
    for (const name of names) if (!services[name]) faults.add(file, `scrapes ${name}, which docker-compose.yml does not have`);
    if (port !== METRICS_PORT) faults.add(file, `scrapes the port ${port}, and the metrics are at ${METRICS_PORT}`);
  }
  const ruleFiles = content.rule_files.map((name) => join(folder, name));
  return { files: [file, ...ruleFiles], alerts: ruleFiles.flatMap((name) => readAlerts(name, jobs, faults)) };
}

const METRICS_PORT = SETTINGS.METRICS_PORT.schema.parse(undefined);

function readAlerts(file, jobs, faults) {
  const [document] = readYaml(file, faults);
  if (!document || !isOfKind('rules', file, document.content, faults)) return [];
  const { content } = document;
  const alerts = content.groups.flatMap(({ rules }) => rules);
  const { names } = exportedNames();
  for (const { alert, expr } of alerts) {
    const say = (what) => faults.add(`${file} (${alert})`, what);
    if (alerts.filter((one) => one.alert === alert).length > 1) say('is there twice');
    for (const fault of faultsOf(expr, names)) say(fault);
    for (const job of valuesOf('job', expr)) if (!jobs.includes(job)) say(`asks for the job ${job}, which nothing scrapes as`);
  }
  return alerts.map((one) => ({ ...one, file }));
}
