import { judgeCluster, readCluster } from './check/kubernetes/cluster.mjs';
import { checkFields } from './check/kubernetes/schema.mjs';
import { gatherFaults } from './check/faults.mjs';

/**
 * Checks k8s/ without a cluster: every overlay and component is rendered, and the objects are judged. test/support/kubernetes-check.spec.ts
 * breaks each rule once.
 */
const faults = gatherFaults();
const cluster = readCluster('k8s', faults);
judgeCluster(cluster, faults);
checkFields([...cluster.variants.flatMap(({ manifests }) => manifests), ...cluster.examples], faults);
faults.finish();
