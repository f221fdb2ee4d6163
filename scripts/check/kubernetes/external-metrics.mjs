import { parse } from 'yaml';
import { exportedNames } from '../exported-metrics.mjs';
import { faultsOf, namesIn } from '../promql.mjs';
import { nameOf } from './manifest.mjs';

const FIELDS = ['seriesQuery', 'name', 'resources', 'metricsQuery'];

/**
 * The rules of prometheus-adapter among the examples, by the name that each gives its figure. What is wrong with one is said.
 * Source of the fields: https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/externalmetrics.md
 */
export function readAdapterRules(examples, faults) {
  const rules = new Map();
  for (const { file, content } of examples.filter(({ content }) => content?.data?.['config.yaml'])) {
    const say = (what) => faults.add(`${file} (${nameOf(content)})`, what);
    const { externalRules, ...rest } = parse(content.data['config.yaml']) ?? {};
    for (const field of Object.keys(rest)) say(`this check does not know the adapter’s ${field}`);
    for (const rule of externalRules ?? []) {
      checkRule(rule, (what) => say(`the rule ${rule.name?.as}: ${what}`));
      rules.set(rule.name?.as, rule);
    }
  }
  return rules;
}

function checkRule({ seriesQuery, name, resources, metricsQuery, ...rest }, say) {
  for (const field of Object.keys(rest)) say(`this check knows ${FIELDS.join(', ')}, not ${field}`);
  if (!/^[a-z][a-z0-9_]*$/.test(name?.as)) say('has no name');
  // Else the adapter asks for the autoscaler's namespace, which is no label of what all processes export alike.
  if (resources?.namespaced !== false) say('is asked for by namespace');
  const { names } = exportedNames();
  for (const fault of faultsOf(metricsQuery, names)) say(fault);
  // The adapter offers a figure as long as it finds this series.
  if (!namesIn(metricsQuery ?? '').includes(seriesQuery)) say(`is looked for by ${seriesQuery}, which it does not read`);
}

/** The external figures that an autoscaler goes by, as KEDA's triggers are: query, how it is shared out, and threshold. */
export function externalTriggers({ metrics = [] }, rules, say) {
  return metrics
    .filter(({ type }) => type === 'External')
    .map(({ external: { metric, target } }) => {
      const rule = rules.get(metric.name);
      if (!rule) say(`no rule of an adapter gives ${metric.name}`);
      const threshold = Number(target.value ?? target.averageValue);
      if (!(threshold > 0)) say(`${metric.name} has no target above 0`);
      if ((target.type === 'Value') !== (target.value !== undefined)) say(`${metric.name} has a target that is not of its type`);
      return { query: rule?.metricsQuery, metricType: target.type, threshold };
    });
}
