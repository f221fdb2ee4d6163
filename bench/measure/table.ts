import { type Goal, judge, toldGoal } from './goals.js';

/** One line of a report: a number, and where there is one, the floor it is held against and the goal for their ratio (or for the number). */
export interface Row {
  /** The heading it stands under; rows without one come first. */
  group?: string;
  what: string;
  value: number | string;
  unit?: string;
  floor?: number;
  goal?: Goal;
}

const HEAD = ['', 'measured', 'floor', 'ratio', 'goal', ''];

/** Four significant digits at most, and no more decimals than a reader takes in. */
export function told(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

const ratioOf = ({ value, floor }: Row): number | null =>
  floor === undefined || typeof value !== 'number' ? null : floor === 0 ? NaN : value / floor;

/** What the goal is about: the ratio where there is a floor, else the number itself. */
function verdictOf(row: Row): string {
  if (!row.goal) return '';
  const ratio = ratioOf(row);
  return judge(ratio ?? (typeof row.value === 'number' ? row.value : NaN), row.goal);
}

function cellsOf(row: Row): string[] {
  const ratio = ratioOf(row);
  const value = typeof row.value === 'number' ? told(row.value) : row.value;
  return [
    row.what,
    row.unit === undefined ? value : `${value} ${row.unit}`,
    row.floor === undefined ? '' : told(row.floor),
    ratio === null ? '' : told(ratio),
    row.goal ? toldGoal(row.goal) : '',
    verdictOf(row),
  ];
}

/** A table for each group, in the order in which the groups come. */
export function tablesOf(rows: readonly Row[]): string {
  const groups = [...Map.groupBy(rows, ({ group = '' }) => group)].toSorted(([a], [b]) => Number(a !== '') - Number(b !== ''));
  return groups.map(([group, some]) => `${group === '' ? '' : `### ${group}\n\n`}${tableOf(some)}`).join('\n\n');
}

/** Rows as a table in Markdown, its columns in line. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = lines.map(line);
  return [head, rule, ...body].join('\n');
}
