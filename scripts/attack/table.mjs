import { readRows, testsByRow } from './rows.mjs';

/** Each row of the attacks with its verdict, what was got, and the tests that prove it, from a report of jest's. */
export function tableOf(report) {
  const tests = testsByRow(report);
  return readRows().map((row) => {
    const own = tests.get(row.row) ?? [];
    const failed = own.find(({ status }) => status === 'failed');
    return { ...row, ...verdictOf(row, own, failed), tests: own.map(({ title, status }) => ({ title, status })) };
  });
}

function verdictOf({ open }, own, failed) {
  if (failed) return { verdict: 'FAIL', got: gotOf(failed) };
  if (own.length > 0) return { verdict: 'PASS', got: 'as expected' };
  return open ? { verdict: 'OPEN', got: open } : { verdict: 'NONE', got: 'no test ran' };
}

/** What a failed test saw: what it received, or else its first words. */
function gotOf({ title, failureMessages: [message = ''] }) {
  // jest's colours
  const text = message.split('\u001b').reduce((plain, part) => plain + part.replace(/^\[\d+m/, ''));
  return `${/Received: +(.*)/.exec(text)?.[1] ?? text.split('\n')[0]} (${title})`;
}

const WIDTHS = [3, 7, 5, 60, 60, 120];
const cut = (text, width) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));
const line = (cells) =>
  cells
    .map((text, i) => cut(text, WIDTHS[i]))
    .join('  ')
    .trimEnd();

/** The table as text, with a last line that counts the verdicts. */
export function showTable(table) {
  const count = (verdict) => `${table.filter((row) => row.verdict === verdict).length} ${verdict}`;
  return [
    line(['row', 'verdict', 'tests', 'input', 'expected', 'got']),
    ...table.map(({ row, verdict, tests, input, expect, got }) => line([String(row), verdict, String(tests.length), input, expect, got])),
    `${table.length} rows: ${['PASS', 'FAIL', 'OPEN', 'NONE'].map(count).join(', ')}`,
  ].join('\n');
}
