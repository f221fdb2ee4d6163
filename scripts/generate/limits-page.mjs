import { LIMITS } from '../../dist/libs/domain/src/limits.js';
import { formatMarkdown } from './format-markdown.mjs';

const HEAD = `# Limits

Every size, count and time that Tidings bounds. The largest value is allowed, and one more is refused or cut off as the row says; a limit
whose default is shown may be set per subscription or request within its range.

Written by \`npm run generate\` from \`libs/domain/src/limits.ts\`.
`;

/** The text of docs/limits.md. */
export function limitsPage() {
  const rows = Object.entries(LIMITS).map(
    ([name, { min, max, default: byDefault, unit, about }]) =>
      `| \`${name}\` | ${min === undefined ? '' : inUnit(min, unit)} | ${inUnit(max, unit)} | ${byDefault === undefined ? '' : inUnit(byDefault, unit)} | ${about.replaceAll('|', '\\|')} |`,
  );
  return formatMarkdown([HEAD, '| Limit | Least | Most | Default | What is bounded |', '| --- | ---: | ---: | ---: | --- |', ...rows]);
}

const LARGER = {
  bytes: [
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ],
  ms: [['s', 1000]],
  s: [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
  ],
};

/** In the largest unit that keeps the number whole; a number of items speaks for itself. */
function inUnit(value, unit) {
  const [name, size] = (LARGER[unit] ?? []).find(([, size]) => value !== 0 && value % size === 0) ?? [unit, 1];
  const number = (value / size).toLocaleString('en-US');
  if (unit === 'items') return number;
  return `${number} ${number === '1' ? name.replace(/(?<=\w\w)s$/, '') : name}`;
}
