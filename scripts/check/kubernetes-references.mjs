import { SETTINGS } from '../../dist/libs/config/src/settings.js';
import { PROGRAMS } from '../image-programs.mjs';

/** What no schema sees: names that must be the same in two places, or nothing happens and nobody is told. */
export function checkReferences(manifests, examples, faults) {
  const all = [...manifests, ...examples];
  const find = (kind, name) => all.find(({ content }) => content.kind === kind && content.metadata?.name === name)?.content;
  const workloads = manifests.filter(({ content }) => content.spec?.template?.spec?.containers);
  for (const { file, content } of manifests) {
    const say = (what) => faults.add(`${file} (${content.kind} ${content.metadata?.name})`, what);
    checkSelector(content, workloads, say);
    const ref = content.spec?.scaleTargetRef;
    if (ref && !find(ref.kind, ref.name)) say(`there is no ${ref.kind} ${ref.name}`);
    if (content.kind === 'ConfigMap') for (const name of Object.keys(content.data)) checkSetting(name, say);
    if (content.kind === 'Service') checkServicePorts(content, workloads, say);
    for (const container of content.spec?.template?.spec?.containers ?? []) checkContainer(container, find, say);
  }
}

const matches = (selector, labels = {}) => Object.entries(selector).every(([name, value]) => labels[name] === value);

const selected = (selector, workloads) => workloads.filter(({ content }) => matches(selector, content.spec.template.metadata?.labels));

const selectorOf = ({ kind, spec }) => (kind === 'Service' ? spec.selector : (spec?.selector ?? spec?.podSelector)?.matchLabels);

function checkSelector(content, workloads, say) {
  const selector = selectorOf(content);
  if (selector && selected(selector, workloads).length !== 1) say('its selector must match the pods of exactly one workload');
  for (const { labelSelector } of content.spec?.template?.spec?.topologySpreadConstraints ?? []) {
    if (!matches(labelSelector.matchLabels, content.spec.template.metadata.labels)) say('its topology spread does not match its own pods');
  }
}

function checkServicePorts(content, workloads, say) {
  const names = selected(content.spec.selector, workloads).flatMap(({ content: { spec } }) =>
    spec.template.spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)),
  );
  for (const { targetPort } of content.spec.ports) if (!names.includes(targetPort)) say(`its pods have no port ${targetPort}`);
}

function checkContainer({ args = [], env = [], envFrom = [], ports = [], ...container }, find, say) {
  if (!Object.hasOwn(PROGRAMS, args[0])) say(`the image has no program ${args[0]}`);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const port = container[probe]?.httpGet?.port;
    if (port && !ports.some(({ name }) => name === port)) say(`${probe} asks a port ${port} that the container does not name`);
  }
  for (const { configMapRef } of envFrom) if (!find('ConfigMap', configMapRef?.name)) say(`there is no ConfigMap ${configMapRef?.name}`);
  for (const { name, valueFrom } of env) {
    checkSetting(name, say);
    const ref = valueFrom?.secretKeyRef;
    if (ref && !Object.hasOwn(find('Secret', ref.name)?.stringData ?? {}, ref.key))
      say(`no example shows ${ref.key} of the Secret ${ref.name}`);
  }
}

function checkSetting(name, say) {
  if (!Object.hasOwn(SETTINGS, name)) say(`${name} is not a setting`);
}
