import { type Row, tablesOf } from './measure/table.js';

/** What a bench found: a table, and what the ledger says against it. */
export interface Report {
  title: string;
  rows: Row[];
  /** One is enough to fail the command. */
  faults: string[];
}

export interface Machine {
  cores: number;
  node: string;
  durable: boolean;
  queue: string;
}

/** The report in Markdown, with what it depends on. */
export function toldReport(name: string, { title, rows }: Report, { cores, node, durable, queue }: Machine): string {
  const disk = durable ? 'commits wait for the disk' : 'commits do not wait for the disk';
  return `${name}: ${title}\n${cores} cores, Node ${node}, ${disk}, queue in ${queue}\n\n${tablesOf(rows)}\n`;
}
