import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../../prepare/root.mjs';
import { readYaml, yamlFilesUnder } from '../read-yaml.mjs';
import { checkAlike, checkAutoscaling, checkReplicas } from './autoscaling.mjs';
import { readAdapterRules } from './external-metrics.mjs';
import { renderComponent, renderKustomization } from './kustomization.mjs';
import { checkNetwork } from './network.mjs';
import { checkPods } from './pods.mjs';
import { checkReferences } from './references.mjs';
import { checkSchemas } from './schema.mjs';

/**
 * Renders all there is under a folder of manifests: each overlay, and the base with each component by itself, since an overlay may take any.
 * A file that none of them reaches is a fault.
 */
export function readCluster(folder, faults) {
  const names = (part) => readdirSync(inRoot(folder, part)).sort();
  const overlays = names('overlays').map((name) => ({ isOverlay: true, ...renderKustomization(join(folder, 'overlays', name), faults) }));
  const alone = names('components').map((name) => ({
    isOverlay: false,
    ...renderComponent(join(folder, 'base'), join(folder, 'components', name), faults),
  }));
  const variants = [...overlays, ...alone];
  const exampleFiles = yamlFilesUnder(join(folder, 'examples'));
  const reached = new Set([...exampleFiles, ...variants.flatMap(({ files }) => files)]);
  for (const file of yamlFilesUnder(folder)) if (!reached.has(file)) faults.add(file, 'no overlay and no component reaches it');
  return { variants, examples: exampleFiles.flatMap((file) => readYaml(file, faults)) };
}

/** Judges the rendered objects: what Kubernetes would refuse, what would do nothing, and what must not be. Fields: see checkFields. */
export function judgeCluster({ variants, examples }, faults) {
  checkSchemas(examples, faults);
  const rules = readAdapterRules(examples, faults);
  for (const { manifests, isOverlay } of variants) {
    checkSchemas(manifests, faults);
    checkReferences(manifests, examples, faults);
    checkPods(manifests, faults);
    checkNetwork(manifests, faults);
    checkAutoscaling(manifests, rules, faults);
    if (isOverlay) checkReplicas(manifests, faults);
  }
  checkAlike(variants, rules, faults);
}
