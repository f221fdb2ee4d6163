import { containersOf, isWorkload, matches, nameOf, podLabelsOf, podOf } from './manifest.mjs';

/** What no schema sees: names that must be the same in two places, or nothing happens and nobody is told. */
export function checkReferences(manifests, examples, faults) {
  const find = (kind, name) =>
    [...manifests, ...examples].find((one) => one.content.kind === kind && one.content.metadata?.name === name)?.content;
  const workloads = manifests.filter(isWorkload).map(({ content }) => content);
  for (const { file, content } of manifests) {
    const say = (what) => faults.add(`${file} (${nameOf(content)})`, what);
    if (content.metadata?.labels?.['app.kubernetes.io/part-of'] !== 'tidings') say('has no label app.kubernetes.io/part-of: tidings');
    checkSelector(content, workloads, say);
    if (content.kind === 'Service') checkServicePorts(content, workloads, say);
    if (!podOf(content)) continue;
    const { serviceAccountName, topologySpreadConstraints = [] } = podOf(content);
    if (serviceAccountName && !find('ServiceAccount', serviceAccountName)) say(`there is no ServiceAccount ${serviceAccountName}`);
    for (const { labelSelector } of topologySpreadConstraints)
      if (!matches(labelSelector, podLabelsOf(content))) say('its topology spread does not match its own pods');
    for (const container of containersOf(content)) checkContainer(container, podOf(content), content, find, say);
  }
}

function checkSelector({ kind, spec }, workloads, say) {
  if (kind === 'NetworkPolicy') return;
  const selector = kind === 'Service' ? { matchLabels: spec.selector } : spec?.selector;
  if (!selector) return;
  if (workloads.filter((one) => matches(selector, podLabelsOf(one))).length !== 1)
    say('its selector must match the pods of exactly one workload');
}

function checkServicePorts({ spec }, workloads, say) {
  const pods = workloads.filter((one) => matches({ matchLabels: spec.selector }, podLabelsOf(one)));
  const names = pods.flatMap((one) => containersOf(one).flatMap(({ ports = [] }) => ports.map(({ name }) => name)));
  for (const { targetPort } of spec.ports) if (!names.includes(targetPort)) say(`its pods have no port ${targetPort}`);
}

function checkContainer({ env = [], envFrom = [], ports = [], volumeMounts = [], ...container }, pod, { spec }, find, say) {
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const port = (container[probe]?.httpGet ?? container[probe]?.tcpSocket)?.port;
    if (port && !ports.some(({ name }) => name === port)) say(`${probe} asks a port ${port} that the container does not name`);
  }
  for (const { configMapRef } of envFrom) if (!find('ConfigMap', configMapRef?.name)) say(`there is no ConfigMap ${configMapRef?.name}`);
  for (const { valueFrom } of env) {
    const ref = valueFrom?.secretKeyRef;
    if (ref && !Object.hasOwn(find('Secret', ref.name)?.stringData ?? {}, ref.key))
      say(`no example shows ${ref.key} of the Secret ${ref.name}`);
  }
  const volumes = [
    ...(pod.volumes ?? []).map(({ name }) => name),
    ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
  ];
  for (const { name } of volumeMounts) if (!volumes.includes(name)) say(`there is no volume ${name}`);
}
