import Ajv from 'ajv';

/**
 * What the files in ops/ may hold: the part of each format that is used here, and nothing else, for Prometheus refuses what it does not know
 * and Grafana overlooks it. A field that is to be used is added first.
 * Sources: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ and …/alerting_rules/,
 * https://grafana.com/docs/grafana/latest/administration/provisioning/ and …/dashboards/build-dashboards/view-dashboard-json-model/
 */
const text = { type: 'string', minLength: 1 };
const bool = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
/** As Prometheus reads durations: units from large to small, each once, and not none of them. */
const duration = { type: 'string', pattern: '^(?=\\d)(\\d+y)?(\\d+w)?(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?$' };

const object = (properties, required = Object.keys(properties)) => ({ type: 'object', additionalProperties: false, properties, required });
const list = (items) => ({ type: 'array', minItems: 1, items });

const alert = object(
  {
    alert: { type: 'string', pattern: '^Tidings[A-Z][A-Za-z]+$' },
    expr: text,
    for: duration,
    keep_firing_for: duration,
    labels: object({ severity: { enum: ['critical', 'warning'] } }),
    annotations: object({ summary: text, runbook: text }),
  },
  ['alert', 'expr', 'labels', 'annotations'],
);

const panel = object(
  {
    id: { type: 'integer', minimum: 1 },
    type: { enum: ['stat', 'timeseries'] },
    title: text,
    description: text,
    datasource: object({ type: { const: 'prometheus' }, uid: { const: '${datasource}' } }),
    gridPos: object({ x: count, y: count, w: { type: 'integer', minimum: 1 }, h: { type: 'integer', minimum: 1 } }),
    fieldConfig: object({
      defaults: object(
        {
          unit: { enum: ['bytes', 'ops', 'percentunit', 'reqps', 's', 'short'] },
          min: { type: 'number' },
          max: { type: 'number' },
          custom: object(
            {
              fillOpacity: { type: 'integer', minimum: 0, maximum: 100 },
              showPoints: { enum: ['auto', 'always', 'never'] },
              stacking: object({ mode: { enum: ['none', 'normal', 'percent'] } }),
            },
            [],
          ),
        },
        ['unit'],
      ),
      overrides: { type: 'array', maxItems: 0 },
    }),
    targets: list(object({ refId: { type: 'string', pattern: '^[A-Z]$' }, expr: text, legendFormat: { type: 'string' } })),
  },
  ['id', 'type', 'title', 'datasource', 'gridPos', 'fieldConfig', 'targets'],
);

const SCHEMAS = {
  rules: object({ groups: list(object({ name: text, interval: duration, rules: list(alert) }, ['name', 'rules'])) }),
  prometheus: object({
    global: object({ scrape_interval: duration, evaluation_interval: duration }),
    rule_files: list(text),
    scrape_configs: list(
      object({ job_name: text, dns_sd_configs: list(object({ names: list(text), type: { enum: ['A'] }, port: { type: 'integer' } })) }),
    ),
  }),
  datasources: object({
    apiVersion: { const: 1 },
    datasources: list(object({ name: text, type: { const: 'prometheus' }, url: text, isDefault: bool, editable: bool })),
  }),
  providers: object({
    apiVersion: { const: 1 },
    providers: list(object({ name: text, type: { const: 'file' }, disableDeletion: bool, options: object({ path: text }) })),
  }),
  dashboard: object({
    uid: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,40}$' },
    title: text,
    description: text,
    tags: list(text),
    timezone: { enum: ['browser', 'utc'] },
    schemaVersion: { type: 'integer' },
    editable: bool,
    refresh: duration,
    time: object({ from: { type: 'string', pattern: '^now-\\d+[smhdw]$' }, to: { const: 'now' } }),
    templating: object({
      list: list(
        object({
          name: { const: 'datasource' },
          label: text,
          type: { const: 'datasource' },
          query: { const: 'prometheus' },
          current: { type: 'object' },
        }),
      ),
    }),
    panels: list(panel),
  }),
};

const ajv = new Ajv({ allErrors: true });
const validators = Object.fromEntries(Object.entries(SCHEMAS).map(([kind, schema]) => [kind, ajv.compile(schema)]));

/** Is this a file of its kind? What keeps it from being one is said. */
export function isOfKind(kind, file, content, faults) {
  const isValid = validators[kind];
  if (isValid(content)) return true;
  for (const { instancePath, message, params } of isValid.errors) {
    const detail = params.additionalProperty ?? params.allowedValues?.join(', ') ?? params.allowedValue ?? '';
    faults.add(file, `${instancePath || 'it'} ${message} ${detail}`.trim());
  }
  return false;
}
