import { existsSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { inRoot } from '../../prepare/root.mjs';
import { readYaml } from '../read-yaml.mjs';
import { isSame, nameOf } from './manifest.mjs';
import { mergePatch } from './merge-patch.mjs';

const FILE = 'kustomization.yaml';
const FIELDS = ['apiVersion', 'kind', 'labels', 'resources', 'components', 'images', 'patches'];
const KINDS = { Kustomization: 'kustomize.config.k8s.io/v1beta1', Component: 'kustomize.config.k8s.io/v1alpha1' };

/**
 * Renders a kustomization as kustomize does, as far as our own go: resources, components, patches, labels, images, in this order. What it does
 * not know is a fault, never overlooked. Returns the objects, the files they came from, and the patches.
 */
export function renderKustomization(folder, faults) {
  const file = join(folder, FILE);
  const document = readDocument(file, 'Kustomization', faults);
  return render(document, folder, file, { files: [], manifests: [], patches: [] }, faults);
}

/** The base with one component, as an overlay would have them that names nothing else. */
export function renderComponent(base, component, faults) {
  const state = renderKustomization(base, faults);
  return applyComponent(component, component, state, faults);
}

function readDocument(file, kind, faults) {
  const documents = readYaml(file, faults);
  const content = documents[0]?.content ?? {};
  if (content.kind !== kind || content.apiVersion !== KINDS[kind]) faults.add(file, `is not a ${kind} of ${KINDS[kind]}`);
  for (const field of Object.keys(content)) if (!FIELDS.includes(field)) faults.add(file, `this check does not know the field ${field}`);
  return content;
}

function render({ resources = [], components = [], patches = [], labels = [], images = [] }, folder, file, given, faults) {
  const state = { ...given, files: [...given.files, file], manifests: [...given.manifests] };
  for (const name of resources) addAll(state, readResource(join(folder, name), file, faults), file, faults);
  for (const name of components) Object.assign(state, applyComponent(join(folder, name), file, state, faults));
  for (const patch of patches) addPatch(patch, folder, file, state, faults);
  for (const label of labels) addLabels(label, file, state, faults);
  for (const image of images) setImage(image, file, state, faults);
  return state;
}

function applyComponent(folder, from, state, faults) {
  const file = join(folder, FILE);
  if (existsSync(inRoot(file))) return render(readDocument(file, 'Component', faults), folder, file, state, faults);
  faults.add(from, `${folder} has no ${FILE}`);
  return state;
}

function readResource(path, from, faults) {
  const nothing = { files: [], manifests: [], patches: [] };
  if (!existsSync(inRoot(path))) {
    faults.add(from, `${path} does not exist`);
    return nothing;
  }
  if (!statSync(inRoot(path)).isDirectory()) return { ...nothing, files: [normalize(path)], manifests: readYaml(path, faults) };
  if (existsSync(inRoot(path, FILE))) return renderKustomization(path, faults);
  faults.add(from, `${path} has no ${FILE}`);
  return nothing;
}

function addAll(state, { files, manifests, patches }, from, faults) {
  for (const one of manifests) {
    if (state.manifests.some(({ content }) => isSame(content, one.content))) faults.add(from, `has ${nameOf(one.content)} twice`);
    state.manifests.push(one);
  }
  state.files = [...state.files, ...files];
  state.patches = [...state.patches, ...patches];
}

function addPatch({ path, target, ...rest }, folder, from, state, faults) {
  const file = path && join(folder, path);
  if (!file || !target?.kind || !target.name || Object.keys(rest).length > 0) {
    faults.add(from, 'a patch names a path, and the kind and name of its target, and nothing else');
    return;
  }
  if (!existsSync(inRoot(file))) {
    faults.add(from, `${file} does not exist`);
    return;
  }
  const base = state.manifests.find(({ content }) => content.kind === target.kind && content.metadata?.name === target.name);
  if (!base) faults.add(from, `${path} patches ${target.kind} ${target.name}, which is not among its resources`);
  const patch = readYaml(file, faults)[0];
  state.files = [...state.files, file];
  if (!patch || !base) return;
  if (!isSame(patch.content, base.content)) faults.add(file, `is not the ${target.kind} ${target.name} of its target's apiVersion`);
  state.patches = [...state.patches, patch];
  base.content = mergePatch(base.content, patch.content, (what) => faults.add(file, what));
}

/** Labels every object, and the pods of those that have a template. */
function addLabels({ pairs, includeSelectors, includeTemplates, ...rest }, from, state, faults) {
  if (includeSelectors !== false || Object.keys(rest).length > 0) faults.add(from, 'this check knows labels without selectors only');
  for (const { content } of state.manifests) {
    content.metadata.labels = { ...content.metadata.labels, ...pairs };
    const pod = content.spec?.template;
    if (includeTemplates && pod) pod.metadata = { ...pod.metadata, labels: { ...pod.metadata?.labels, ...pairs } };
  }
}

function setImage({ name, newName, newTag, ...rest }, from, state, faults) {
  if (Object.keys(rest).length > 0) faults.add(from, 'of an image this check knows name, newName and newTag only');
  const pods = state.manifests.map(({ content }) => content.spec?.template?.spec ?? {});
  const containers = pods.flatMap(({ containers = [], initContainers = [] }) => [...containers, ...initContainers]);
  const named = containers.filter(({ image }) => splitImage(image)[0] === name);
  if (named.length === 0) faults.add(from, `no container has the image ${name}`);
  for (const container of named) {
    const tag = newTag ?? splitImage(container.image)[1];
    container.image = tag === undefined ? (newName ?? name) : `${newName ?? name}:${tag}`;
  }
}

/** The name of an image and its tag, if it has one; a colon before a slash belongs to the registry's port. */
export function splitImage(image) {
  const [, name, tag] = /^(.+?)(?::([^/:]+))?$/.exec(image) ?? [];
  return [name, tag];
}
