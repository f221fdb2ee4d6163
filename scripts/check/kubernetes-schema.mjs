import { createRequire } from 'node:module';
import ts from 'typescript';
import { inRoot } from '../prepare/root.mjs';

const require = createRequire(import.meta.url);

const modulePath = ({ apiVersion, kind }) => `kubernetes-models/${apiVersion}/${kind}`;

/** Says of each manifest what Kubernetes would refuse: missing fields, wrong types, values out of their format. */
export function checkSchemas(manifests, faults) {
  for (const { file, content } of manifests) {
    const model = loadModel(content);
    if (!model) {
      faults.add(file, `there is no ${content?.apiVersion} ${content?.kind} in Kubernetes`);
      continue;
    }
    try {
      new model(content).validate();
    } catch (error) {
      faults.add(nameOf(file, content), error.message);
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
 * becomes a literal of its kind's type. A patch is a part of its kind.
 */
export function checkFields(manifests, patches, faults) {
  const named = [...manifests.map((manifest) => ({ ...manifest, isPart: false })), ...patches.map((patch) => ({ ...patch, isPart: true }))];
  const known = named.filter(({ content }) => loadModel(content));
  const sources = new Map(known.map((manifest, i) => [inRoot(`manifest-${i}.ts`), { ...manifest, text: asLiteral(manifest) }]));
  for (const { file, messageText } of compile(new Map([...sources].map(([name, { text }]) => [name, text])))) {
    const source = sources.get(file?.fileName ?? '');
    const where = source ? nameOf(source.file, source.content) : 'kubernetes';
    faults.add(where, ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1).trim());
  }
}

const nameOf = (file, content) => `${file} (${content?.kind} ${content?.metadata?.name})`;

function asLiteral({ content, isPart }) {
  const type = `I${content.kind}`;
  return [
    `import type { ${type} } from '${modulePath(content)}';`,
    'type Part<T> = T extends (infer Item)[] ? Part<Item>[] : T extends object ? { [K in keyof T]?: Part<T[K]> } : T;',
    `export const manifest: ${isPart ? `Part<${type}>` : type} = ${JSON.stringify(content, null, 2)};`,
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
