import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gatherFaults } from './check/faults.mjs';
import { checkReferences } from './check/kubernetes-references.mjs';
import { checkFields, checkSchemas } from './check/kubernetes-schema.mjs';
import { readKustomization } from './check/kustomization.mjs';
import { readYaml, yamlFilesUnder } from './check/read-yaml.mjs';
import { inRoot } from './prepare/root.mjs';

/** Checks k8s/ without a cluster: schemas, unknown fields, what the kustomizations name, and names that must agree. */
const faults = gatherFaults();
const overlays = readdirSync(inRoot('k8s/overlays')).map((name) => readKustomization(join('k8s/overlays', name), faults));

const exampleFiles = yamlFilesUnder('k8s/examples');
const reached = new Set([...exampleFiles, ...overlays.flatMap(({ files }) => files)]);
for (const file of yamlFilesUnder('k8s')) if (!reached.has(file)) faults.add(file, 'no overlay reaches it');

const examples = exampleFiles.flatMap((file) => readYaml(file, faults));
for (const { manifests, patches } of overlays) {
  checkSchemas([...manifests, ...examples], faults);
  checkFields([...manifests, ...examples], patches, faults);
  checkReferences(manifests, examples, faults);
}
faults.finish();
