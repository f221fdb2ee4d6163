import { readFileSync } from 'node:fs';
import { SETTINGS } from '../../../dist/libs/config/src/settings.js';
import { PROGRAMS } from '../../image-programs.mjs';
import { inRoot } from '../../prepare/root.mjs';
import { splitImage } from './kustomization.mjs';
import { containersOf, isWorkload, nameOf, podOf } from './manifest.mjs';

/** How long a gateway finishes requests (apps/gateway/src/http/graceful-close.ts), and what any process needs to end after that. */
const GATEWAY_DEADLINE_MS = 30_000;
const MARGIN_SECONDS = 10;
const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
/** Names of variables, of us or of others, that hold a secret. */
const SECRET_NAME = /PASSWORD|SECRET|TOKEN|_KEYS?$/;

/** What must hold of every pod that we start: no rights, bounded memory, a fixed image, secrets by reference, time to stop. */
export function checkPods(manifests, faults) {
  const settings = manifests.find(({ content }) => content.kind === 'ConfigMap')?.content.data ?? {};
  for (const { file, content } of manifests) {
    const say = (what) => faults.add(`${file} (${nameOf(content)})`, what);
    if (content.kind === 'Secret') say('a secret is made where secrets live, never here');
    if (content.kind === 'ServiceAccount' && content.automountServiceAccountToken !== false) say('its token is mounted');
    if (content.kind === 'ConfigMap') for (const name of Object.keys(content.data)) checkSetting(name, { value: content.data[name] }, say);
    if (!isWorkload({ content })) continue;
    checkPod(content, say);
    for (const container of containersOf(content)) checkContainer(container, content.kind, say);
    checkShutdown(content, settings, say);
  }
}

function checkPod(content, say) {
  const { securityContext = {}, volumes = [], ...pod } = podOf(content);
  if (securityContext.runAsNonRoot !== true || !(securityContext.runAsUser > 0)) say('must run as a user other than root, given by number');
  if (securityContext.seccompProfile?.type !== 'RuntimeDefault') say('has no seccomp profile RuntimeDefault');
  if (pod.automountServiceAccountToken !== false) say('gets a token of the service account');
  if (pod.enableServiceLinks !== false) say('gets the variables of all services');
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[name]) say(`has ${name}`);
  for (const { name, hostPath } of volumes) if (hostPath) say(`the volume ${name} is of the host`);
}

function checkContainer(container, kind, say) {
  const { name, image, args = [], env = [], resources = {}, securityContext = {} } = container;
  const its = (what) => say(`${name}: ${what}`);
  if (securityContext.allowPrivilegeEscalation !== false || securityContext.privileged) its('may gain privileges');
  if (securityContext.readOnlyRootFilesystem !== true) its('its root file system may be written to');
  const { drop = [], add = [] } = securityContext.capabilities ?? {};
  if (!drop.includes('ALL') || add.length > 0) its('must drop all capabilities and add none');
  for (const [field, value] of [
    ['requests.cpu', resources.requests?.cpu],
    ['requests.memory', resources.requests?.memory],
    ['limits.memory', resources.limits?.memory],
  ])
    if (!value) its(`has no ${field}`);
  if (resources.limits?.cpu) its('a CPU limit throttles it while there is CPU to spare');
  const [repository, tag] = splitImage(image);
  if (!tag || tag === 'latest') its(`its image ${image} has no tag of one release`);
  if (kind !== 'Job') for (const probe of ['readinessProbe', 'livenessProbe']) if (!container[probe]) its(`has no ${probe}`);
  const isOurs = /(^|\/)tidings$/.test(repository);
  if (isOurs && tag !== version) its(`its image is not of the release ${version} that package.json names`);
  if (isOurs && !Object.hasOwn(PROGRAMS, args[0])) its(`the image has no program ${args[0]}`);
  for (const variable of env) checkSetting(variable.name, variable, its, isOurs);
}

function checkSetting(name, { value }, say, isOurs = true) {
  const setting = SETTINGS[name];
  if (isOurs && !setting) say(`${name} is not a setting`);
  if (value !== undefined && (setting?.about.secret || SECRET_NAME.test(name))) say(`${name} is a secret, and may only refer to one`);
}

/** From the order to stop to the kill there must be time for preStop, the requests under way and the rest. */
function checkShutdown(content, settings, say) {
  const { terminationGracePeriodSeconds = 30, containers } = podOf(content);
  const own = settings.SHUTDOWN_DEADLINE_MS ?? SETTINGS.SHUTDOWN_DEADLINE_MS.schema.parse(undefined);
  for (const { args = [], lifecycle } of containers) {
    const deadlineMs = { gateway: GATEWAY_DEADLINE_MS, dispatcher: Number(own) }[args[0]];
    if (deadlineMs === undefined) continue;
    const needed = (lifecycle?.preStop?.sleep?.seconds ?? 0) + deadlineMs / 1_000 + MARGIN_SECONDS;
    if (terminationGracePeriodSeconds < needed) say(`is killed after ${terminationGracePeriodSeconds} s, and needs ${needed} s to stop`);
  }
}
