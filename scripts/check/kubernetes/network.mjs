import { BlockList } from 'node:net';
import { isBlockedAddress, parseAllowList } from '../../../dist/libs/domain/src/address-policy.js';
import { containersOf, isWorkload, matches, nameOf, podLabelsOf } from './manifest.mjs';

/** The only workload that may call the internet. */
const CALLER = 'tidings-dispatcher';
/** Whose pods may read the metrics. */
const WATCHERS = 'monitoring';
/** Name server, Postgres, Redis, collector. */
const INNER_PORTS = [53, 5432, 6379, 4318];
/** One address of each range that the dispatcher refuses to call. */
const REFUSED = [
  ...[
    '0.0.0.1',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
  ],
  ...[
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '::1',
    '2001::1',
    '2001:db8::1',
    '2002::1',
    '3fff::1',
    'fd00::1',
  ],
  ...['fe80::1', 'ff02::1'],
].filter((address) => isBlockedAddress(address, parseAllowList([])));

/** Nothing goes in or out that a policy does not name, only the dispatchers call the internet, and only monitoring reads metrics. */
export function checkNetwork(manifests, faults) {
  const workloads = manifests.filter(isWorkload).map(({ content }) => content);
  const policies = manifests.filter(({ content }) => content.kind === 'NetworkPolicy');
  for (const { file, content } of policies) {
    const say = (what) => faults.add(`${file} (${nameOf(content)})`, what);
    const chosen = workloads.filter((one) => matches(content.spec.podSelector, podLabelsOf(one)));
    if (chosen.length === 0) say('its selector matches no pods');
    for (const rule of content.spec.ingress ?? []) checkIngress(rule, chosen, workloads, say);
    for (const rule of content.spec.egress ?? []) checkEgress(rule, chosen, workloads, say);
  }
  for (const { file, content } of manifests.filter(isWorkload)) {
    const own = policies.filter((one) => matches(one.content.spec.podSelector, podLabelsOf(content)));
    const isClosed = (one) => !one.content.spec.ingress && !one.content.spec.egress && one.content.spec.policyTypes?.length === 2;
    if (!own.some(isClosed)) faults.add(`${file} (${nameOf(content)})`, 'no policy denies it what the others do not allow');
    if (own.every(isClosed)) faults.add(`${file} (${nameOf(content)})`, 'no policy of its own says who may talk to it');
  }
}

function checkPeers(peers, workloads, say) {
  for (const { podSelector, namespaceSelector } of peers) {
    if (podSelector && !namespaceSelector && !workloads.some((one) => matches(podSelector, podLabelsOf(one))))
      say('names pods that there are not');
  }
}

function checkIngress({ from = [], ports = [] }, chosen, workloads, say) {
  if (ports.length === 0) say('lets in to every port');
  checkPeers(from, workloads, say);
  const named = chosen.flatMap((one) => containersOf(one).flatMap((container) => container.ports ?? []));
  for (const { port } of ports) if (!named.some(({ name }) => name === port)) say(`its pods have no port ${port}`);
  const isWatched =
    from.length > 0 && from.every((peer) => peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === WATCHERS);
  if (ports.some(({ port }) => port === 'metrics') && !isWatched) say(`lets others than ${WATCHERS} read the metrics`);
}

function checkEgress({ to = [], ports = [] }, chosen, workloads, say) {
  if (to.length === 0) return say('lets out to everywhere');
  checkPeers(to, workloads, say);
  const open = to.filter(({ ipBlock }) => ipBlock && isPublic(ipBlock));
  const inner = to.length > open.length;
  if (inner && !(ports.length > 0 && ports.every(({ port }) => INNER_PORTS.includes(port))))
    say(`lets out to private addresses on other ports than ${INNER_PORTS.join(', ')}`);
  if (open.length === 0) return;
  for (const { metadata } of chosen) if (metadata.name !== CALLER) say(`lets ${metadata.name} call the internet`);
  for (const { ipBlock } of open) checkExceptions(ipBlock, say);
}

function covers({ cidr, except = [] }, address) {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const holds = (range) => {
    const [network, prefix] = range.split('/');
    if (network.includes(':') !== (family === 'ipv6')) return false;
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), family);
    return list.check(address, family);
  };
  return holds(cidr) && !except.some(holds);
}

const isPublic = (block) => ['93.184.215.14', '2606:2800::1'].some((address) => covers(block, address));

/** What the dispatcher itself would never call (libs/domain/src/address-policy.ts) must not be open to it either. */
function checkExceptions(block, say) {
  for (const address of REFUSED) if (covers(block, address)) say(`${block.cidr} is open to ${address}`);
}
