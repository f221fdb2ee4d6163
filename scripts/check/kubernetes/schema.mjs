import { createRequire } from 'node:module';
import ts from 'typescript';
import { inRoot } from '../../prepare/root.mjs';
import { nameOf } from './manifest.mjs';

const require = createRequire(import.meta.url);

/** Whose models a group's are; Kubernetes' own otherwise. */
const PACKAGES = { 'keda.sh': '@kubernetes-models/keda' };

const modulePath = ({ apiVersion, kind }) => `${PACKAGES[apiVersion.split('/')[0]] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;

/**
 * Fields that are younger than the models (those of KEDA are 2.10's), with the values they may have.
 * Source: https://keda.sh/docs/2.17/reference/scaledobject-spec/#fallbackbehavior
 */
const YOUNGER = {
  ScaledObject: {
    path: ['spec', 'fallback'],
    field: 'behavior',
    values: ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'],
  },
};

/** The object without its younger field, which is judged here: the models would call it unknown. */
function withoutYounger({ file, content }, faults) {
  const { path, field, values } = YOUNGER[content?.kind] ?? {};
  const parent = path?.reduce((value, name) => value?.[name], content);
  if (!parent || !Object.hasOwn(parent, field)) return content;
  if (!values.includes(parent[field])) faults.add(where(file, content), `${path.join('.')}.${field} is none of ${values.join(', ')}`);
  const copy = structuredClone(content);
  Reflect.deleteProperty(
    path.reduce((value, name) => value[name], copy),
    field,
  );
  return copy;
}

/** Says of each manifest what Kubernetes would refuse: missing fields, wrong types, values out of their format. */
export function checkSchemas(manifests, faults) {
  for (const manifest of manifests) {
    const { file, content } = manifest;
    const model = loadModel(content);
    if (!model) {
      faults.add(file, `there is no ${content?.apiVersion} ${content?.kind} in Kubernetes`);
      continue;
    }
    try {
      new model(withoutYounger(manifest, faults)).validate();
    } catch (error) {
      faults.add(where(file, content), error.message);
    }
  }
}

function loadModel(content) {
  if (typeof content?.apiVersion !== 'string' || typeof content?.kind !== 'string') return undefined;
  try {
    return require(modulePath(content))[content.kind];
  } catch {
    return undefined;
  }
}

/**
 * Says which fields do not exist. The validator overlooks them, as the API server does unless asked; the compiler does not: each manifest
 * becomes a literal of its kind's type. Patches are judged by what they make of the objects.
 */
export function checkFields(manifests, faults) {
  const texts = new Map();
  for (const manifest of manifests) if (loadModel(manifest.content)) texts.set(asLiteral(manifest, faults), manifest);
  const sources = new Map([...texts].map(([text, manifest], i) => [inRoot(`manifest-${i}.ts`), { text, manifest }]));
  for (const { file, messageText } of compile(new Map([...sources].map(([name, { text }]) => [name, text])))) {
    const { manifest } = sources.get(file?.fileName ?? '') ?? {};
    const place = manifest ? where(manifest.file, manifest.content) : 'kubernetes';
    faults.add(place, ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1).trim());
  }
}

const where = (file, content) => `${file} (${nameOf(content)})`;

function asLiteral(manifest, faults) {
  const type = `I${manifest.content.kind}`;
  return [
    `import type { ${type} } from '${modulePath(manifest.content)}';`,
    `export const manifest: ${type} = ${JSON.stringify(withoutYounger(manifest, faults), null, 2)};`,
  ].join('\n');
}

/** Type-checks files that exist in memory only. */
function compile(texts) {
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) =>
    texts.has(name) ? ts.createSourceFile(name, texts.get(name), language) : getSourceFile(name, language, ...rest);
  const program = ts.createProgram([...texts.keys()], options, host);
  return [
    ...program.getGlobalDiagnostics(),
    ...[...texts.keys()].flatMap((name) => program.getSemanticDiagnostics(program.getSourceFile(name))),
  ];
}
