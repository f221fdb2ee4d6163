const COLUMNS = [
  { head: '#', cell: ({ row }) => row, isNumber: true },
  { head: 'fault', cell: ({ fault }) => fault },
  { head: 'result', cell: ({ result }) => result },
  { head: 'lost', cell: ({ lost }) => lost ?? '-', isNumber: true },
  { head: 'duplicates', cell: ({ duplicates }) => duplicates ?? '-', isNumber: true },
  {
    head: 'resumed after',
    cell: ({ resumedAfterSeconds: seconds }) => (seconds === null ? '-' : `${seconds.toFixed(1)} s`),
    isNumber: true,
  },
];

/** One line per row of the matrix. `-`: its tests keep no such figure. */
export function printTable(outcomes) {
  const lines = [COLUMNS.map(({ head }) => head), ...outcomes.map((outcome) => COLUMNS.map(({ cell }) => String(cell(outcome))))];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const text = lines.map((line) =>
    line
      .map((cell, i) => (COLUMNS[i].isNumber ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`\n${text.join('\n')}\n\n`);
}
