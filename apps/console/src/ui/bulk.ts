import { useMutation } from '@tanstack/react-query';
import { Problem } from '../api/client';

/** What came of doing one thing to many: how many it was done to, and what kept the others. */
export interface BulkResult {
  done: number;
  refused: [why: string, count: number][];
}

/** Does one thing to many ids, one request each. A refusal stops nothing but its own; the end of the sign-in stops all. */
export const useBulk = (act: (id: string) => Promise<unknown>, onSettled: () => Promise<void>) =>
  useMutation({
    mutationFn: async (ids: string[]): Promise<BulkResult> => {
      const refused = new Map<string, number>();
      let done = 0;
      for (const id of ids) {
        try {
          await act(id);
          done += 1;
        } catch (error) {
          if (!(error instanceof Problem) || error.status === 401) throw error;
          refused.set(error.message, (refused.get(error.message) ?? 0) + 1);
        }
      }
      return { done, refused: [...refused] };
    },
    onSettled,
  });
