import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';

/** A test by its file, from the project's root, and its title as it stands there: that of a table of cases has its placeholders. */
export interface NamedTest {
  file: string;
  title: string;
}

export interface FaultRow {
  row: number;
  fault: string;
  /** Which of the promises it is about. */
  promises: string[];
  tests: NamedTest[];
  /** What the tests leave open. */
  notShown?: string;
  /** Tests that are still to come: not all of the row is proven yet. */
  expected?: NamedTest[];
}

export interface FaultMatrix {
  promises: Record<string, string>;
  rows: FaultRow[];
}

const pathOf = (file: string): string => join(projectRoot(), file);

/** The faults that Tidings survives, and the tests that prove it. */
export const readFaultMatrix = (): FaultMatrix => JSON.parse(readFileSync(pathOf('test/chaos/matrix.json'), 'utf8')) as FaultMatrix;

export const readDocument = (file: string): string => readFileSync(pathOf(file), 'utf8');

/** Whether a file holds a test of this title. */
export const hasTest = ({ file, title }: NamedTest): boolean =>
  existsSync(pathOf(file)) && [`'${title}'`, `"${title}"`, `\`${title}\``].some((literal) => readDocument(file).includes(literal));
