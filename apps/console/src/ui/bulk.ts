import type { RowSelectionState } from '@tanstack/react-table';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { Problem } from '../api/client';

/** What came of doing one thing to many. */
export interface BulkResult {
  /** The ids that it was done to. */
  done: string[];
  /** What kept others, and how many. */
  refused: [why: string, count: number][];
  /** Those that were never asked for, because it was stopped. */
  left: number;
}

/** How far it has come. */
export interface BulkProgress {
  asked: number;
  of: number;
}

export interface Bulk {
  start: (ids: string[]) => void;
  stop: () => void;
  isPending: boolean;
  progress: BulkProgress;
  data: BulkResult | undefined;
  error: Error | null;
}

/** No refusal of the one thing, but of all: nobody is signed in any more, or nobody answers. */
const isEndOfAll = (error: unknown): boolean => !(error instanceof Problem) || error.status === 401 || error.status === 0;

/**
 * Does one thing to many ids, one request after the other, until it is stopped. A refusal stops nothing but its own. `onSettled` gets the ids
 * that it was done to.
 */
export function useBulk(act: (id: string) => Promise<unknown>, onSettled: (done: string[]) => Promise<unknown>): Bulk {
  const [progress, setProgress] = useState<BulkProgress>({ asked: 0, of: 0 });
  const stopping = useRef(new AbortController());
  const run = useMutation({
    mutationFn: async (ids: string[]): Promise<BulkResult> => {
      const done: string[] = [];
      const refused = new Map<string, number>();
      let asked = 0;
      const { signal } = (stopping.current = new AbortController());
      try {
        for (const id of ids) {
          if (signal.aborted) break;
          setProgress({ asked, of: ids.length });
          const why = await reasonAgainst(act(id));
          if (why === null) done.push(id);
          else refused.set(why, (refused.get(why) ?? 0) + 1);
          asked += 1;
        }
      } finally {
        await onSettled(done);
      }
      return { done, refused: [...refused], left: ids.length - asked };
    },
  });
  const stop = useCallback(() => stopping.current.abort(), []);
  return { start: run.mutate, stop, isPending: run.isPending, progress, data: run.data, error: run.error };
}

/** Why it was refused, in the API's words; null: it was not. Throws what is the end of all. */
async function reasonAgainst(asked: Promise<unknown>): Promise<string | null> {
  try {
    await asked;
    return null;
  } catch (error) {
    if (isEndOfAll(error)) throw error;
    const { message, code } = error as Problem;
    return `${message} (${code})`;
  }
}

/** The ticks that are left when these rows are done with: what was refused or not reached stays ticked. */
export const withoutTicks =
  (done: string[]) =>
  (ticked: RowSelectionState): RowSelectionState => {
    const gone = new Set(done);
    return Object.fromEntries(Object.entries(ticked).filter(([id]) => !gone.has(id)));
  };
