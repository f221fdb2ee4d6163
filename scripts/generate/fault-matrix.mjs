import { readFileSync } from 'node:fs';
import { inRoot } from '../prepare/root.mjs';
import { formatMarkdown } from './format-markdown.mjs';

const BEGIN = '<!-- faults -->';
const END = '<!-- /faults -->';

/** docs/promises.md with the promises, the faults and their tests between its two markers. Throws when the page or a marker is missing. */
export async function promisesPage(page) {
  const begin = page?.indexOf(BEGIN) ?? -1;
  const end = page?.indexOf(END) ?? -1;
  if (begin === -1 || end < begin) throw new Error(`docs/promises.md must hold ${BEGIN} and, after it, ${END}.`);
  const { promises, rows } = JSON.parse(readFileSync(inRoot('test', 'chaos', 'matrix.json'), 'utf8'));
  const tables = await formatMarkdown([
    '| | Promise | Faults |',
    '| --- | --- | --- |',
    ...Object.entries(promises).map(([name, text]) => cells([name, text, faultsOf(name, rows)])),
    '',
    '| # | Fault | Promises | Proof | Not shown |',
    '| ---: | --- | --- | --- | --- |',
    ...rows.map(({ row, fault, promises: of, tests, notShown, expected }) =>
      cells([row, fault, of.join(' '), proof(tests, expected), notShown ?? '']),
    ),
  ]);
  return `${page.slice(0, begin)}${BEGIN}\n\n${tables}\n${page.slice(end)}`;
}

const faultsOf = (name, rows) =>
  rows
    .filter(({ promises }) => promises.includes(name))
    .map(({ row }) => row)
    .join(', ');

const nameOf = (file) =>
  file
    .split('/')
    .at(-1)
    .replace(/\.spec\.ts$/, '');

function proof(tests, expected) {
  const links = [...new Set(tests.map(({ file }) => file))].map((file) => `[${nameOf(file)}](../${file})`);
  return [...links, ...(expected === undefined ? [] : ['_not all of it is proven yet_'])].join(', ');
}

const cells = (texts) => `| ${texts.map((text) => String(text).replaceAll('|', '\\|')).join(' | ')} |`;
