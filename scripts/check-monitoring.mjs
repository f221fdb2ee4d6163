import { readdirSync, readFileSync } from 'node:fs';
import { gatherFaults } from './check/faults.mjs';
import { exportedNames, faultsOf } from './check/metric-names.mjs';
import { readYaml } from './check/read-yaml.mjs';
import { inRoot } from './prepare/root.mjs';

/** Checks the alert rules and dashboards in ops/: they parse, name only metrics that the code exports, and every alert is explained. */
const ALERTS = 'ops/prometheus/alerts.yml';
const SCRAPES = 'ops/prometheus/prometheus.yml';
const DASHBOARDS = 'ops/grafana/dashboards';
const MANUAL = 'docs/operations.md';
const SEVERITIES = ['critical', 'warning'];

const faults = gatherFaults();
const { names, own } = exportedNames();
const manual = readFileSync(inRoot(MANUAL), 'utf8');
const headings = new Set([...manual.matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchorOf(text)));

checkAlerts();
checkScrapes();
for (const file of readdirSync(inRoot(DASHBOARDS))) checkDashboard(`${DASHBOARDS}/${file}`);
// The manual's table of metrics: each there is told of, and nothing else.
const told = new Set([...manual.matchAll(/^\| `((?:tidings|http)_[a-z_]+)` /gm)].map(([, name]) => name));
for (const name of new Set([...own].map(baseOf))) if (!told.has(name)) faults.add(MANUAL, `does not tell of ${name}`);
for (const name of told) if (!own.has(name) && !own.has(`${name}_count`)) faults.add(MANUAL, `tells of ${name}, which nothing exports`);
faults.finish();

function checkAlerts() {
  const rules = readYaml(ALERTS, faults).flatMap(({ content }) => content.groups.flatMap((group) => group.rules));
  const seen = new Set();
  for (const { alert, expr, labels = {}, annotations = {} } of rules) {
    const say = (what) => faults.add(`${ALERTS} (${alert})`, what);
    if (seen.has(alert)) say('is there twice');
    seen.add(alert);
    checkExpression(expr, say);
    if (!SEVERITIES.includes(labels.severity)) say(`has no severity of ${SEVERITIES.join(', ')}`);
    if (!annotations.summary) say('has no summary');
    if (annotations.runbook !== `${MANUAL}#${anchorOf(alert ?? '')}`) say(`its runbook is not its own part of ${MANUAL}`);
    if (!headings.has(anchorOf(alert ?? ''))) say(`has no part in ${MANUAL}`);
  }
  for (const heading of headings)
    if (/^tidings[a-z]+$/.test(heading) && ![...seen].some((alert) => anchorOf(alert) === heading))
      faults.add(MANUAL, `explains an alert ${heading} that is not there`);
}

function checkScrapes() {
  const { services } = readYaml('docker-compose.yml', faults)[0].content;
  for (const { content } of readYaml(SCRAPES, faults)) {
    const found = content.scrape_configs.flatMap((job) => job.dns_sd_configs.flatMap((one) => one.names));
    for (const name of found) if (!services[name]) faults.add(SCRAPES, `scrapes ${name}, which docker-compose.yml does not have`);
  }
}

function checkDashboard(file) {
  let dashboard;
  try {
    dashboard = JSON.parse(readFileSync(inRoot(file), 'utf8'));
  } catch (error) {
    return faults.add(file, error.message);
  }
  const { uid, title, panels = [] } = dashboard;
  if (!uid || !title || panels.length === 0) faults.add(file, 'needs a uid, a title and panels');
  const ids = new Set();
  for (const { id, title: name, gridPos, datasource, targets = [] } of panels) {
    const say = (what) => faults.add(`${file} (${name})`, what);
    if (ids.has(id)) say(`another panel has the id ${id} too`);
    ids.add(id);
    if (!gridPos || gridPos.x + gridPos.w > 24) say('does not fit the 24 columns');
    if (datasource?.uid !== '${datasource}') say('does not take the data source that was chosen');
    if (targets.length === 0) say('shows nothing');
    for (const { expr } of targets) checkExpression(expr, say);
  }
}

function checkExpression(expression, say) {
  for (const fault of faultsOf(expression, names)) say(fault);
}

/** As GitHub makes them of headings. */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function baseOf(series) {
  return own.has(series.replace(/_(bucket|sum|count)$/, '_bucket')) ? series.replace(/_(bucket|sum|count)$/, '') : series;
}
