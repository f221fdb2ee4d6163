import { exportedNames } from '../exported-metrics.mjs';
import { faultsOf, namesIn } from '../promql.mjs';
import { externalTriggers } from './external-metrics.mjs';
import { isWorkload, matches, nameOf, podLabelsOf, podOf } from './manifest.mjs';

const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];
const BACKLOG = ['tidings_backlog_oldest_seconds', 'tidings_backlog'];

/** Autoscalers have a target each, of its own, which leaves the number of replicas to them. `rules`: see readAdapterRules. */
export function checkAutoscaling(manifests, rules, faults) {
  const scalers = manifests.filter(({ content }) => SCALERS.includes(content.kind));
  for (const { file, content } of scalers) {
    const say = (what) => faults.add(`${file} (${nameOf(content)})`, what);
    const { kind, name } = content.spec.scaleTargetRef;
    const target = manifests.find((one) => one.content.kind === kind && one.content.metadata.name === name)?.content;
    if (!target) say(`there is no ${kind} ${name}`);
    if (target?.spec.replicas !== undefined) say(`${kind} ${name} says how many there are, and undoes the scaling with each rollout`);
    if (scalers.filter((one) => one.content.spec.scaleTargetRef.name === name).length > 1) say(`${kind} ${name} has another autoscaler`);
    if (content.kind === 'ScaledObject') checkScaledObject(content.spec, say);
    else checkHorizontal(content.spec, rules, say);
  }
}

function checkBounds(least, most, behavior, say) {
  if (!(least >= 1 && most > least)) say(`cannot scale between ${least} and ${most}`);
  if (!(behavior?.scaleDown?.stabilizationWindowSeconds >= 60)) say('has no window before it scales down');
}

function checkHorizontal({ minReplicas, maxReplicas, behavior, ...spec }, rules, say) {
  checkBounds(minReplicas, maxReplicas, behavior, say);
  const triggers = externalTriggers(spec, rules, say);
  if (triggers.length > 0) checkBacklog(triggers, say);
}

function checkBacklog(triggers, say) {
  const used = triggers.flatMap(({ query }) => namesIn(query ?? ''));
  for (const metric of BACKLOG) if (!used.includes(metric)) say(`does not go by ${metric}`);
}

function checkScaledObject({ minReplicaCount, maxReplicaCount, fallback, advanced, triggers }, say) {
  checkBounds(minReplicaCount, maxReplicaCount, advanced?.horizontalPodAutoscalerConfig?.behavior, say);
  if (!(fallback?.replicas >= minReplicaCount && fallback.replicas <= maxReplicaCount)) say('has no fallback between its bounds');
  const { names } = exportedNames();
  for (const { type, name, metricType, metadata } of triggers) checkTrigger({ type, name, metricType, metadata }, names, say);
  checkBacklog(
    triggers.map(({ metadata }) => metadata),
    say,
  );
}

/** KEDA and the adapter lead to the same numbers of dispatchers: the same queries, shared out alike, with the same thresholds. */
export function checkAlike(variants, rules, faults) {
  const scalers = variants.flatMap(({ manifests }) => manifests).filter(({ content }) => SCALERS.includes(content.kind));
  const found = scalers
    .map(({ file, content }) => ({ file, triggers: triggersOf(content, rules) }))
    .filter(({ triggers }) => triggers !== '[]');
  for (const { file, triggers } of found)
    if (triggers !== found[0].triggers) faults.add(file, `does not go by the same figures and thresholds as ${found[0].file}`);
}

function triggersOf({ kind, spec }, rules) {
  const triggers =
    kind === 'ScaledObject'
      ? spec.triggers.map(({ metricType, metadata }) => ({ query: metadata.query, metricType, threshold: Number(metadata.threshold) }))
      : externalTriggers(spec, rules, () => undefined);
  return JSON.stringify(triggers);
}

function checkTrigger({ type, name, metricType, metadata }, names, say) {
  if (type !== 'prometheus') return say(`the trigger ${name} is of the type ${type}, which this check does not know`);
  for (const field of ['serverAddress', 'query', 'threshold']) if (!metadata[field]) say(`the trigger ${name} has no ${field}`);
  if (!(Number(metadata.threshold) > 0)) say(`the trigger ${name} has no threshold above 0`);
  if (!['Value', 'AverageValue'].includes(metricType)) say(`the trigger ${name} has no metricType of Value, AverageValue`);
  if (metadata.ignoreNullValues !== 'false') say(`the trigger ${name} takes absent figures for no work`);
  for (const fault of faultsOf(metadata.query, names)) say(`the trigger ${name}: ${fault}`);
}

/** Of an overlay, which stands for itself: what nobody scales says how many it is, and what may be several is spread and has a budget. */
export function checkReplicas(manifests, faults) {
  const scaled = manifests.filter(({ content }) => SCALERS.includes(content.kind)).map(({ content }) => content.spec.scaleTargetRef.name);
  const budgets = manifests.filter(({ content }) => content.kind === 'PodDisruptionBudget');
  for (const { file, content } of manifests.filter(isWorkload)) {
    const say = (what) => faults.add(`${file} (${nameOf(content)})`, what);
    const isScaled = scaled.includes(content.metadata.name);
    if (content.kind === 'Job') continue;
    if (!isScaled && content.spec.replicas === undefined) say('nobody says how many there are');
    if (!isScaled && !(content.spec.replicas > 1)) continue;
    const spread = (podOf(content).topologySpreadConstraints ?? []).map(({ topologyKey }) => topologyKey);
    for (const key of ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'])
      if (!spread.includes(key)) say(`is not spread over ${key}`);
    const own = budgets.filter((one) => matches(one.content.spec.selector, podLabelsOf(content)));
    if (own.length !== 1 || !(own[0].content.spec.maxUnavailable >= 1)) say('has no disruption budget that lets a node be drained');
  }
}
