import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inRoot, root } from '../prepare/root.mjs';

/** The documents of a YAML file, with the file's name beside each. What is not there or does not parse, a key given twice included, is a fault. */
export function readYaml(file, faults) {
  if (!existsSync(inRoot(file))) {
    faults.add(file, `${basename(file)} does not exist`);
    return [];
  }
  return parse(readFileSync(inRoot(file), 'utf8')).flatMap((document) => {
    for (const { message } of [...document.errors, ...document.warnings]) faults.add(file, message);
    return document.errors.length > 0 ? [] : [{ file, content: document.toJS() }];
  });
}

/** The base of the manifests is read for every overlay and component, and parsed once. */
const parsed = new Map();

function parse(text) {
  if (!parsed.has(text)) parsed.set(text, parseAllDocuments(text, { uniqueKeys: true, prettyErrors: true }));
  return parsed.get(text);
}

/** All YAML files under a folder of the project, as paths from the project's root. */
export function yamlFilesUnder(folder) {
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
