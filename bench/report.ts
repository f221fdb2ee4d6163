import type { Row } from './measure/table.js';

/** What a bench found: one table, and what the ledger says against it. */
export interface Report {
  title: string;
  rows: Row[];
  /** One is enough to fail the command. */
  faults: string[];
}
