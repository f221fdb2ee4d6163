import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

interface Faults {
  add(where: string, what: string): void;
}
interface Cluster {
  variants: { manifests: unknown[] }[];
}
interface Checks {
  readCluster(folder: string, faults: Faults): Cluster;
  judgeCluster(cluster: Cluster, faults: Faults): void;
  checkFields(manifests: unknown[], faults: Faults): void;
}
type Change = [file: string, from: string, to: string];

const GATEWAY = 'base/gateway-deployment.yaml';
const DISPATCHER = 'base/dispatcher-deployment.yaml';
const NETWORK = 'base/network-policies.yaml';
const KEDA = 'components/dispatcher-autoscaling-keda/scaled-object.yaml';
const EXTERNAL = 'components/dispatcher-autoscaling-external/autoscaler.yaml';
const ADAPTER = 'examples/prometheus-adapter-rules.yaml';
const PRODUCTION = 'overlays/production/kustomization.yaml';
const SMALL = 'overlays/small/kustomization.yaml';

/** What the check has to say, and the change that it has to say it of: each rule broken once. */
const CASES: [what: string, ...changes: Change[]][] = [
  // kustomize
  ['this check does not know the field namePrefix', [SMALL, 'resources:', 'namePrefix: a-\nresources:']],
  ['is not a Component of', ['components/argo-cd/kustomization.yaml', 'kind: Component', 'kind: Kustomization']],
  ['components/absent has no kustomization.yaml', [SMALL, 'components/single-node', 'components/absent']],
  ['absent.yaml does not exist', ['base/kustomization.yaml', '- config-map.yaml', '- absent.yaml']],
  ['no overlay and no component reaches it', ['base/kustomization.yaml', '  - gateway-service.yaml\n', '']],
  ['has ServiceAccount tidings twice', ['base/kustomization.yaml', '- config-map.yaml', '- service-account.yaml\n  - config-map.yaml']],
  [
    'patches Job absent, which is not among its resources',
    ['components/argo-cd/kustomization.yaml', 'name: tidings-migrate', 'name: absent'],
  ],
  ['is not the Job tidings-migrate', ['components/argo-cd/migrate-first.yaml', 'name: tidings-migrate', 'name: other']],
  [
    'a patch names a path, and the kind and name of its target',
    ['components/argo-cd/kustomization.yaml', 'name: tidings-migrate', 'labelSelector: a=b'],
  ],
  ['the base has no container other', ['components/single-node/gateway-capacity.yaml', 'name: gateway\n', 'name: other\n']],
  [
    'does not know how to merge the list envFrom',
    [
      'components/single-node/gateway-capacity.yaml',
      '          resources:',
      '          envFrom: [{ configMapRef: { name: tidings } }]\n          resources:',
    ],
  ],
  ['does not know the directive $patch', ['components/single-node/gateway-capacity.yaml', '  template:', '  $patch: replace\n  template:']],
  ['does not know the directive replicas: null', ['components/single-node/gateway-capacity.yaml', 'replicas: 1', 'replicas: null']],
  ['this check knows labels without selectors only', ['base/kustomization.yaml', 'includeSelectors: false', 'includeSelectors: true']],
  ['no container has the image other', [SMALL, '- name: tidings', '- name: other']],
  ['knows name, newName and newTag only', [SMALL, 'newName:', 'digest: sha256:0\n    newName:']],
  // schemas
  ['must have required property replicas', [KEDA, '    replicas: 6\n', '']],
  ['there is no keda.sh/v1alpha1 ScaledThing', [KEDA, 'kind: ScaledObject', 'kind: ScaledThing']],
  ['spec.fallback.behavior is none of', [KEDA, 'currentReplicasIfHigher', 'highest']],
  // names in two places
  ['has no label app.kubernetes.io/part-of', [KEDA, '    app.kubernetes.io/part-of: tidings\n', '']],
  [
    'its selector must match the pods of exactly one workload',
    ['base/dispatcher-service.yaml', 'component: dispatcher\n  ports', 'component: other\n  ports'],
  ],
  [
    'its selector must match the pods of exactly one workload',
    [GATEWAY, '      app.kubernetes.io/component: gateway\n  template', '      app.kubernetes.io/component: other\n  template'],
  ],
  ['its pods have no port web', ['base/gateway-service.yaml', 'targetPort: http', 'targetPort: web']],
  ['there is no ServiceAccount other', [GATEWAY, 'serviceAccountName: tidings', 'serviceAccountName: other']],
  ['there is no ConfigMap other', [GATEWAY, 'configMapRef: { name: tidings }', 'configMapRef: { name: other }']],
  [
    'its topology spread does not match its own pods',
    ['components/availability/gateway-spread.yaml', 'component: gateway', 'component: other'],
  ],
  [
    'readinessProbe asks a port web',
    [GATEWAY, 'httpGet: { path: /health/ready, port: http }', 'httpGet: { path: /health/ready, port: web }'],
  ],
  ['no example shows DATABASE_URI of the Secret tidings', [GATEWAY, 'key: DATABASE_URL', 'key: DATABASE_URI']],
  ['there is no volume other', ['components/trial-services/postgres.yaml', 'name: run, mountPath', 'name: other, mountPath']],
  // pods
  ['must run as a user other than root', [GATEWAY, 'runAsNonRoot: true', 'runAsNonRoot: false']],
  ['has no seccomp profile RuntimeDefault', [GATEWAY, 'type: RuntimeDefault', 'type: Unconfined']],
  ['gets a token of the service account', [GATEWAY, 'automountServiceAccountToken: false', 'automountServiceAccountToken: true']],
  ['its token is mounted', ['base/service-account.yaml', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true']],
  ['gets the variables of all services', [GATEWAY, 'enableServiceLinks: false', 'enableServiceLinks: true']],
  ['has hostNetwork', [GATEWAY, 'enableServiceLinks: false', 'enableServiceLinks: false\n      hostNetwork: true']],
  [
    'the volume run is of the host',
    ['components/trial-services/postgres.yaml', 'name: run, emptyDir: {}', 'name: run, hostPath: { path: /run }'],
  ],
  ['may gain privileges', [GATEWAY, 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true']],
  ['its root file system may be written to', [DISPATCHER, 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false']],
  ['must drop all capabilities', [DISPATCHER, 'drop: [ALL]', 'drop: [NET_RAW]']],
  ['must drop all capabilities', [DISPATCHER, 'drop: [ALL]', 'drop: [ALL]\n              add: [NET_ADMIN]']],
  ['has no requests.cpu', [DISPATCHER, "cpu: '1', ", '']],
  ['has no limits.memory', [DISPATCHER, '            limits: { memory: 1Gi }\n', '']],
  ['a CPU limit throttles it', [DISPATCHER, 'limits: { memory: 1Gi }', "limits: { memory: 1Gi, cpu: '2' }"]],
  ['has no tag of one release', ['components/trial-services/redis.yaml', 'valkey/valkey:8-bookworm', 'valkey/valkey']],
  ['has no tag of one release', [SMALL, 'newName:', 'newTag: latest\n    newName:']],
  ['its image is not of the release', ['base/kustomization.yaml', 'newTag: ', 'newTag: 9']],
  ['has no livenessProbe', [DISPATCHER, 'livenessProbe:', 'startupProbe2:']],
  ['the image has no program sender', [DISPATCHER, 'args: [dispatcher]', 'args: [sender]']],
  ['LOG_LEVELS is not a setting', ['base/config-map.yaml', 'LOG_LEVEL:', 'LOG_LEVELS:']],
  ['SECRET_KEYS is a secret', ['base/config-map.yaml', 'LOG_LEVEL: info', 'SECRET_KEYS: k1:abc']],
  ['POSTGRES_PASSWORD is a secret', ['components/trial-services/postgres.yaml', '- { name: POSTGRES_USER', '- { name: POSTGRES_PASSWORD']],
  [
    'a secret is made where secrets live',
    ['base/kustomization.yaml', '- config-map.yaml', '- ../examples/secret.yaml\n  - config-map.yaml'],
  ],
  ['is killed after 60 s, and needs 65 s', ['base/config-map.yaml', "'40000'", "'55000'"]],
  ['is killed after 44 s, and needs 45 s', [GATEWAY, 'terminationGracePeriodSeconds: 60', 'terminationGracePeriodSeconds: 44']],
  // network
  ['its selector matches no pods', [NETWORK, 'component: migrate\n  policyTypes', 'component: other\n  policyTypes']],
  ['no policy denies it what the others do not allow', [NETWORK, 'policyTypes: [Ingress, Egress]', 'policyTypes: [Ingress]']],
  ['no policy of its own says who may talk to it', ['components/trial-services/kustomization.yaml', '  - network-policies.yaml\n', '']],
  [
    'lets others than monitoring read the metrics',
    [
      NETWORK,
      '    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }]\n      ports:',
      '    - ports:',
    ],
  ],
  ['lets in to every port', [NETWORK, '    - ports:\n        - { protocol: TCP, port: http }', '    - from: [{ podSelector: {} }]']],
  ['its pods have no port web', [NETWORK, 'port: http }', 'port: web }']],
  [
    'names pods that there are not',
    ['components/trial-services/network-policies.yaml', '{ app.kubernetes.io/name: tidings }', '{ app.kubernetes.io/name: other }'],
  ],
  [
    'lets out to private addresses on other ports',
    [NETWORK, '        - { protocol: TCP, port: 6379 }', '        - { protocol: TCP, port: 22 }'],
  ],
  ['lets out to everywhere', [NETWORK, '  egress:\n    - to:', '  egress:\n    - ports: [{ protocol: TCP, port: 443 }]\n    - to:']],
  ['lets tidings-gateway call the internet', [NETWORK, 'cidr: 10.0.0.0/8 }', 'cidr: 0.0.0.0/0 }']],
  ['0.0.0.0/0 is open to 169.254.169.254', [NETWORK, '              - 169.254.0.0/16\n', '']],
  ['2000::/3 is open to 2002::1', [NETWORK, "'2002::/16', ", '']],
  // autoscaling
  ['there is no Deployment other', [KEDA, '    name: tidings-dispatcher\n  #', '    name: other\n  #']],
  [
    'undoes the scaling with each rollout',
    [PRODUCTION, '  - ../../components/argo-cd', '  - ../../components/argo-cd\n  - ../../components/single-node'],
  ],
  [
    'Deployment tidings-dispatcher has another autoscaler',
    [PRODUCTION, '  - ../../components/argo-cd', '  - ../../components/dispatcher-autoscaling-cpu'],
  ],
  ['cannot scale between 3 and 3', ['components/gateway-autoscaling/autoscaler.yaml', 'maxReplicas: 10', 'maxReplicas: 3']],
  ['cannot scale between 0 and 12', [KEDA, 'minReplicaCount: 3', 'minReplicaCount: 0']],
  [
    'has no window before it scales down',
    ['components/gateway-autoscaling/autoscaler.yaml', 'stabilizationWindowSeconds: 300', 'stabilizationWindowSeconds: 0'],
  ],
  ['has no fallback between its bounds', [KEDA, 'replicas: 6', 'replicas: 2']],
  ['is of the type redis', [KEDA, 'type: prometheus', 'type: redis']],
  ['the trigger oldest has no serverAddress', [KEDA, 'serverAddress: http://prometheus-operated.monitoring.svc:9090', "serverAddress: ''"]],
  ['the trigger depth has no threshold above 0', [KEDA, "'5000'", "'many'"]],
  ['the trigger oldest has no metricType', [KEDA, 'metricType: Value', 'metricType: Utilization']],
  ['the trigger oldest takes absent figures for no work', [KEDA, "ignoreNullValues: 'false'", "ignoreNullValues: 'true'"]],
  ['tidings_in_flights is no metric of ours', [KEDA, 'sum(tidings_in_flight)', 'sum(tidings_in_flights)']],
  ['the trigger places: is no PromQL at its end', [KEDA, 'sum(tidings_in_flight)', 'sum(tidings_in_flight']],
  ['does not go by tidings_backlog_oldest_seconds', [KEDA, 'tidings_backlog_oldest_seconds', 'tidings_backlog']],
  ['no rule of an adapter gives tidings_dispatch_age', [EXTERNAL, 'tidings_dispatch_oldest_seconds', 'tidings_dispatch_age']],
  ['tidings_dispatch_depth has no target above 0', [EXTERNAL, "averageValue: '5000'", "averageValue: '0'"]],
  ['has a target that is not of its type', [EXTERNAL, 'type: AverageValue, averageValue: ', 'type: Value, averageValue: ']],
  [
    'does not go by tidings_backlog',
    [ADAPTER, 'metricsQuery: sum(max by (lane) (tidings_backlog{', 'metricsQuery: sum(max by (lane) (tidings_in_flight{'],
  ],
  ['cannot scale between 0 and 12', [EXTERNAL, 'minReplicas: 3', 'minReplicas: 0']],
  [
    'Deployment tidings-dispatcher has another autoscaler',
    [PRODUCTION, '  - ../../components/argo-cd', '  - ../../components/dispatcher-autoscaling-external'],
  ],
  ['the rule tidings_dispatch_places: is no PromQL at its end', [ADAPTER, 'sum(tidings_in_flight)', 'sum(tidings_in_flight']],
  ['this check does not know the adapter’s rules', [ADAPTER, 'externalRules:', 'rules: []\n    externalRules:']],
  ['not metricQuery', [ADAPTER, 'metricsQuery: sum(tidings_in_flight)', 'metricQuery: sum(tidings_in_flight)']],
  ['is asked for by namespace', [ADAPTER, 'namespaced: false', 'namespaced: true']],
  ['the rule Places: has no name', [ADAPTER, 'as: tidings_dispatch_places', 'as: Places']],
  ['is looked for by tidings_in_flight_limit', [ADAPTER, 'seriesQuery: tidings_in_flight', 'seriesQuery: tidings_in_flight_limit']],
  ['does not go by the same figures and thresholds', [EXTERNAL, "'150'", "'200'"]],
  ['does not go by the same figures and thresholds', [ADAPTER, 'sum(tidings_in_flight)', 'max(tidings_in_flight)']],
  ['nobody says how many there are', [SMALL, 'components:\n  - ../../components/single-node\n', '']],
  ['is not spread over topology.kubernetes.io/zone', [PRODUCTION, '  - ../../components/availability\n', '']],
  [
    'has no disruption budget that lets a node be drained',
    ['components/availability/disruption-budgets.yaml', 'maxUnavailable: 1', 'minAvailable: 3'],
  ],
];

/** The checks are plain modules without types, as npm runs them. */
async function loadChecks(): Promise<Checks> {
  const folder = '../../scripts/check/kubernetes';
  return { ...((await import(`${folder}/cluster.mjs`)) as Checks), ...((await import(`${folder}/schema.mjs`)) as Checks) };
}

const root = join(__dirname, '..', '..');

describe('the check of the manifests', () => {
  let checks: Checks;
  let folder: string;

  beforeAll(async () => {
    checks = await loadChecks();
  });

  beforeEach(() => {
    folder = temporaryFolder('manifests');
    cpSync(join(root, 'k8s'), folder, { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function change([file, from, to]: Change): void {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(folder, file), text.replace(from, to));
  }

  /** What the check says of k8s/ once these texts in it are replaced. */
  function faultsAfter(changes: Change[], isOfFields = false): string[] {
    changes.forEach(change);
    const said = new Set<string>();
    const faults = { add: (where: string, what: string): void => void said.add(`${where}: ${what}`) };
    const cluster = checks.readCluster(relative(root, folder), faults);
    if (isOfFields)
      checks.checkFields(
        cluster.variants.flatMap(({ manifests }) => manifests),
        faults,
      );
    else checks.judgeCluster(cluster, faults);
    return [...said];
  }

  it('has nothing to say of the manifests as they are', () => {
    expect(faultsAfter([])).toEqual([]);
    expect(faultsAfter([], true)).toEqual([]);
  });

  it.each(CASES)('says that %s', (what, ...changes) => {
    expect(faultsAfter(changes)).toEqual(expect.arrayContaining([expect.stringContaining(what)]));
  });

  it('knows every field, of KEDA’s objects and of what a patch makes of an object, too', () => {
    const said = faultsAfter(
      [
        ['base/gateway-deployment.yaml', 'enableServiceLinks:', 'enableServicelinks:'],
        [KEDA, 'pollingInterval:', 'pollIntervall:'],
        ['components/single-node/dispatcher-capacity.yaml', 'replicas: 1', 'replica: 1'],
      ],
      true,
    );
    for (const field of ['enableServicelinks', 'pollIntervall', 'replica'])
      expect(said).toEqual(expect.arrayContaining([expect.stringContaining(`"${field}"`)]));
  });
});
