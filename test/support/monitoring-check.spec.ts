import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

interface Checks {
  judgeMonitoring: (folder: string, manual: string, faults: { add(where: string, what: string): void }) => void;
}
type Change = [file: string, from: string, to: string];

const ALERTS = 'ops/prometheus/alerts.yml';
const PROMETHEUS = 'ops/prometheus/prometheus.yml';
const SOURCES = 'ops/grafana/provisioning/datasources/prometheus.yml';
const PROVIDERS = 'ops/grafana/provisioning/dashboards/tidings.yml';
const DELIVERIES = 'ops/grafana/dashboards/deliveries.json';
const PROCESSES = 'ops/grafana/dashboards/processes.json';
const MANUAL = 'docs/operations.md';

/** What the check has to say, and the change that it has to say it of: each rule broken once. */
const CASES: [what: string, ...changes: Change[]][] = [
  // Fields
  ['additional properties fro', [ALERTS, 'for: 1m', 'fro: 1m']],
  ['additional properties rule', [ALERTS, '    rules:', '    rule: []\n    rules:']],
  ["required property 'expr'", [ALERTS, 'expr: >-\n          absent(up{job="tidings-gateway"} == 1)\n        ', '']],
  ['/for must match pattern', [ALERTS, 'for: 2m', 'for: 2 minutes']],
  ['/for must match pattern', [ALERTS, 'for: 2m', 'for: 30s2m']],
  ['/for must be string', [ALERTS, 'for: 2m', 'for: 120']],
  ['allowed values critical, warning', [ALERTS, 'severity: critical', 'severity: page']],
  ['additional properties team', [ALERTS, '{ severity: critical }', '{ severity: critical, team: a }']],
  ["required property 'summary'", [ALERTS, "summary: 'No dispatcher", "description: 'No dispatcher"]],
  ['/alert must match pattern', [ALERTS, 'alert: TidingsPoison', 'alert: poison']],
  ['must be unique', [ALERTS, 'for: 1m', 'for: 1m\n        for: 2m']],
  // Expressions
  ['is no PromQL at its end', [ALERTS, '{what="poison"}[1h]))', '{what="poison"}[1h])']],
  ['is no PromQL at x])', [ALERTS, '{what="poison"}[1h]', '{what="poison"}[1x]']],
  [
    'is no PromQL at (',
    [ALERTS, 'sum(increase(tidings_recovered_total{what="poison"}', 'sum(growth(tidings_recovered_total{what="poison"}'],
  ],
  ['is no PromQL at poison}', [ALERTS, '{what="poison"}', '{what=poison}']],
  ['increase is not given a range', [ALERTS, '{what="poison"}[1h]', '{what="poison"}']],
  [
    'has a range where none can be',
    [ALERTS, 'max by (service) (tidings_database_waiting)', 'max by (service) (tidings_database_waiting[5m])'],
  ],
  ['increase is for counters', [ALERTS, 'delta(tidings_log_lines_dropped', 'increase(tidings_log_lines_dropped']],
  ['names no metric', [ALERTS, 'max by (service) (tidings_database_waiting) > 0', '1 > 0']],
  ['tidings_recovered is no metric of ours', [ALERTS, 'tidings_recovered_total{what="poison"}', 'tidings_recovered{what="poison"}']],
  // What must be the same in two places
  ['(TidingsPoison): is there twice', [ALERTS, 'alert: TidingsLeasesLost', 'alert: TidingsPoison']],
  ['asks for the job gateway', [ALERTS, 'up{job="tidings-gateway"}', 'up{job="gateway"}']],
  ['its runbook is not its own part', [ALERTS, '#tidingspoison', '#tidingsfaults']],
  ['has no part in', [MANUAL, '#### TidingsPoison', '#### Poison']],
  ['explains an alert tidingsgone', [MANUAL, '## Log events', '#### TidingsGone\n\n## Log events']],
  ['does not tell of tidings_wakes_total', [MANUAL, '| `tidings_wakes_total` ', '| `wakes` ']],
  ['tells of tidings_gone_total', [MANUAL, '| `tidings_wakes_total` ', '| `tidings_gone_total` | | |\n| `tidings_wakes_total` ']],
  ['does not tell of the audited action event.expunged', [MANUAL, '`expunged`', 'expunged']],
  ['tells of an audited action tenant.revoked', [MANUAL, '| `tenant` ', '| `tenant` | `revoked` |\n| `tenant` ']],
  ['does not tell of the log event sweep.failed', [MANUAL, '| `sweep.failed` ', '| `swept` ']],
  // prometheus.yml
  ['additional properties scrape_config', [PROMETHEUS, 'scrape_configs:', 'scrape_config: []\nscrape_configs:']],
  ['/global/scrape_interval must match pattern', [PROMETHEUS, 'scrape_interval: 15s', 'scrape_interval: 15 s']],
  ['has the job tidings-gateway twice', [PROMETHEUS, 'job_name: tidings-dispatcher', 'job_name: tidings-gateway']],
  ['scrapes gate', [PROMETHEUS, 'names: [gateway]', 'names: [gate]']],
  ['scrapes the port 9465', [PROMETHEUS, 'port: 9464', 'port: 9465']],
  ['alarms.yml does not exist', [PROMETHEUS, 'rule_files: [alerts.yml]', 'rule_files: [alarms.yml]']],
  // Grafana
  ['additional properties access', [SOURCES, 'isDefault: true', 'access: proxy']],
  ['is no service of docker-compose.yml', [SOURCES, 'http://prometheus:9090', 'http://prom:9090']],
  ['additional properties folderr', [PROVIDERS, 'type: file', 'type: file, folderr: x']],
  ['is not where docker-compose.yml puts the dashboards', [PROVIDERS, '/var/lib/grafana/dashboards', '/dashboards']],
  ['JSON', [DELIVERIES, '"uid": "tidings-deliveries",', '"uid": "tidings-deliveries"']],
  ['additional properties panles', [DELIVERIES, '"panels":', '"panles": [], "panels":']],
  ['must be equal to constant ${datasource}', [DELIVERIES, '"uid": "${datasource}"', '"uid": "prometheus"']],
  ['allowed values bytes, ops', [PROCESSES, '"unit": "reqps"', '"unit": "requests"']],
  ['has the uid tidings-deliveries of', [PROCESSES, '"uid": "tidings-processes"', '"uid": "tidings-deliveries"']],
  ['another panel has the id 1 too', [PROCESSES, '"id": 2,', '"id": 1,']],
  ['does not fit the 24 columns', [PROCESSES, '"x": 16,', '"x": 17,']],
  ['lies over the panel Requests to the API', [PROCESSES, '"x": 8,', '"x": 7,']],
  ['has the target A twice', [PROCESSES, '"refId": "B"', '"refId": "A"']],
  ['its legend shows code', [PROCESSES, '"legendFormat": "{{status}}"', '"legendFormat": "{{code}}"']],
  ['rate is not given a range', [PROCESSES, '_count[$__rate_interval]', '_count']],
];

const root = join(__dirname, '..', '..');

describe('the check of the monitoring', () => {
  let judge: Checks['judgeMonitoring'];
  let folder: string;

  beforeAll(async () => {
    // A plain module without types, as npm runs it.
    const path = '../../scripts/check/monitoring/monitoring.mjs';
    judge = ((await import(path)) as Checks).judgeMonitoring;
  });

  beforeEach(() => {
    folder = temporaryFolder('monitoring');
    mkdirSync(join(folder, dirname(MANUAL)));
    cpSync(join(root, 'ops'), join(folder, 'ops'), { recursive: true });
    cpSync(join(root, MANUAL), join(folder, MANUAL));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the check says of ops/ and the manual once these texts in them are replaced. */
  function faultsAfter(changes: Change[]): string[] {
    for (const [file, from, to] of changes) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(text).toContain(from);
      writeFileSync(
        join(folder, file),
        text.replace(from, () => to),
      );
    }
    const said: string[] = [];
    const inFolder = (path: string): string => relative(root, join(folder, path));
    judge(inFolder('ops'), inFolder(MANUAL), { add: (where, what) => said.push(`${where}: ${what}`) });
    return said;
  }

  it('has nothing to say of it as it is', () => {
    expect(faultsAfter([])).toEqual([]);
  });

  it.each(CASES)('says: %s', (what, ...changes) => {
    expect(faultsAfter(changes)).toEqual(expect.arrayContaining([expect.stringContaining(what)]));
  });

  it('says of a file that nothing reads it', () => {
    writeFileSync(join(folder, 'ops/prometheus/more.yml'), 'groups: []\n');
    expect(faultsAfter([])).toEqual([expect.stringContaining('more.yml: nothing reads it')]);
  });
});
