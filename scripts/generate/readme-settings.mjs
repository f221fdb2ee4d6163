import { formatMarkdown } from './format-markdown.mjs';
import { settings } from './settings.mjs';

const BEGIN = '<!-- settings -->';
const END = '<!-- /settings -->';

/** README.md with the table of settings between its two markers. Throws when README.md or a marker is missing. */
export async function readmeWithSettings(readme) {
  const begin = readme?.indexOf(BEGIN) ?? -1;
  const end = readme?.indexOf(END) ?? -1;
  if (begin === -1 || end < begin) throw new Error(`README.md must hold ${BEGIN} and, after it, ${END}.`);
  const table = await formatMarkdown([
    '| Setting | Default | Read by | What it does |',
    '| --- | --- | --- | --- |',
    ...settings.map(({ name, what, who, isRequired, byDefault }) =>
      row([`\`${name}\``, isRequired ? '**required**' : shown(byDefault), who, what]),
    ),
  ]);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${table}\n${readme.slice(end)}`;
}

const shown = (byDefault) => (byDefault.startsWith('(') ? byDefault.slice(1, -1) : `\`${byDefault}\``);

const row = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
