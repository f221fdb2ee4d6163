import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../prepare/root.mjs';
import { readYaml } from './read-yaml.mjs';

const FILE = 'kustomization.yaml';
const FIELDS = ['apiVersion', 'kind', 'labels', 'resources', 'images', 'patches'];

/**
 * Follows a kustomization as far as our own go: what it names must exist, and what it patches or gives an image must be there to be changed.
 * Returns the manifests and patches that it reaches, and the files they are in.
 */
export function readKustomization(folder, faults) {
  const file = join(folder, FILE);
  const [document] = readYaml(file, faults);
  const { resources = [], patches = [], images = [], ...rest } = document?.content ?? {};
  for (const field of Object.keys(rest)) if (!FIELDS.includes(field)) faults.add(file, `this check does not know the field ${field}`);
  const reached = resources.map((name) => readResource(join(folder, name), file, faults));
  const result = {
    files: [file, ...reached.flatMap(({ files }) => files)],
    manifests: reached.flatMap(({ manifests }) => manifests),
    patches: reached.flatMap((one) => one.patches),
  };
  for (const patch of patches) addPatch(patch, folder, file, result, faults);
  for (const { name } of images) {
    if (!imagesOf(result.manifests).includes(name)) faults.add(file, `no container has the image ${name}`);
  }
  return result;
}

function readResource(path, from, faults) {
  const nothing = { files: [], manifests: [], patches: [] };
  if (!existsSync(inRoot(path))) {
    faults.add(from, `${path} does not exist`);
    return nothing;
  }
  if (!statSync(inRoot(path)).isDirectory()) return { ...nothing, files: [path], manifests: readYaml(path, faults) };
  if (existsSync(inRoot(path, FILE))) return readKustomization(path, faults);
  faults.add(from, `${path} has no ${FILE}`);
  return nothing;
}

function addPatch({ path, target }, folder, from, result, faults) {
  const file = path && join(folder, path);
  if (!file || !target?.kind || !target.name) {
    faults.add(from, 'a patch names a path, and the kind and name of its target');
    return;
  }
  if (!existsSync(inRoot(file))) {
    faults.add(from, `${file} does not exist`);
    return;
  }
  const base = result.manifests.find(({ content }) => content.kind === target.kind && content.metadata?.name === target.name);
  if (!base) faults.add(from, `${path} patches ${target.kind} ${target.name}, which is not among its resources`);
  const [patch] = readYaml(file, faults);
  if (!patch) return;
  const { apiVersion, kind, metadata } = patch.content;
  const isOfTarget = kind === target.kind && metadata?.name === target.name && (!base || apiVersion === base.content.apiVersion);
  if (!isOfTarget) faults.add(file, `is not a ${target.kind} ${target.name} of its target's apiVersion`);
  if (base) checkContainers(patch, base, faults);
  result.files.push(file);
  result.patches.push(patch);
}

const podOf = (content) => content.spec?.template?.spec;
const containersOf = (content) => podOf(content)?.containers ?? [];

/** A container of a name that the base does not have would be added, not changed. */
function checkContainers({ file, content }, base, faults) {
  const names = containersOf(base.content).map(({ name }) => name);
  for (const { name } of containersOf(content)) if (!names.includes(name)) faults.add(file, `the base has no container ${name}`);
}

const imagesOf = (manifests) => manifests.flatMap(({ content }) => containersOf(content).map(({ image }) => image));
