import fc from 'fast-check';
import { GroupCommit } from './group-commit.js';

interface Item {
  n: number;
  key: string | null;
  isBad: boolean;
}

class BadItem extends Error {}
class DatabaseAway extends Error {}

const options = { maxBatch: 4, maxInFlight: 2, keyOf: ({ key }: Item) => key, isShared: (error: unknown) => error instanceof DatabaseAway };

/** A statement that refuses as a whole when one row is bad, and takes its turn like real input and output. */
function recordingFlush(batches: Item[][]) {
  return async (items: Item[]): Promise<number[]> => {
    batches.push(items);
    await new Promise(setImmediate);
    if (items.some(({ isBad }) => isBad)) throw new BadItem(`one of ${items.length}`);
    return items.map(({ n }) => n * 2);
  };
}

/** Notes each batch and answers it as it is. */
const notingFlush =
  (batches: number[][]) =>
  (batch: number[]): Promise<number[]> =>
    Promise.resolve(batches.push(batch)).then(() => batch);

const items = fc
  .array(fc.record({ key: fc.option(fc.constantFrom('a', 'b', 'c')), isBad: fc.boolean() }), { maxLength: 30 })
  .map((list) => list.map((item, n): Item => ({ ...item, n })));

describe('a group commit', () => {
  it('settles every item exactly once, with its own result or its own refusal', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (given) => {
        const commits = new GroupCommit(recordingFlush([]), options);
        const settled = await Promise.allSettled(given.map((item) => commits.submit(item)));
        settled.forEach((result, i) => {
          if (given[i]!.isBad) expect(result).toMatchObject({ status: 'rejected', reason: new BadItem('one of 1') });
          else expect(result).toEqual({ status: 'fulfilled', value: i * 2 });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('lets items of one key take turns in their order, and puts no more into a batch than fit', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (given) => {
        const underWay: string[] = [];
        const answered: Item[] = [];
        const flush = async (batch: Item[]): Promise<number[]> => {
          expect(batch.length).toBeLessThanOrEqual(options.maxBatch);
          const keys = batch.flatMap(({ key }) => key ?? []);
          underWay.push(...keys);
          expect(new Set(underWay).size).toBe(underWay.length);
          // Later batches may well be faster.
          for (let i = 0; i < (batch[0]!.n % 3) + 1; i++) await new Promise(setImmediate);
          for (const key of keys) underWay.splice(underWay.indexOf(key), 1);
          answered.push(...batch);
          return batch.map(({ n }) => n);
        };
        const commits = new GroupCommit(flush, options);
        await Promise.all(given.map((item) => commits.submit(item)));
        for (const key of ['a', 'b', 'c']) {
          const order = answered.filter((item) => item.key === key).map(({ n }) => n);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        expect(answered).toHaveLength(given.length);
      }),
      { numRuns: 60 },
    );
  });

  it('commits a good item once, also when a bad neighbour made its batch fail', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (given) => {
        const committed: number[] = [];
        const flush = recordingFlush([]);
        const commits = new GroupCommit(async (batch: Item[]) => {
          const results = await flush(batch);
          committed.push(...batch.map(({ n }) => n));
          return results;
        }, options);
        await Promise.allSettled(given.map((item) => commits.submit(item)));
        const good = given.filter(({ isBad }) => !isBad).map(({ n }) => n);
        expect(committed.toSorted((a, b) => a - b)).toEqual(good);
      }),
      { numRuns: 60 },
    );
  });

  it('sends a lone item at once and lets those that come meanwhile share the next batch', async () => {
    const gates: (() => void)[] = [];
    const batches: number[][] = [];
    const flush = async (batch: number[]): Promise<number[]> => {
      batches.push(batch);
      await new Promise<void>((resolve) => gates.push(resolve));
      return batch;
    };
    const commits = new GroupCommit(flush, { maxBatch: 10, maxInFlight: 1, isShared: () => false });
    const first = commits.submit(1);
    await Promise.resolve();
    const others = [2, 3, 4].map((n) => commits.submit(n));
    expect(batches).toEqual([[1]]);
    gates[0]!();
    expect(await first).toBe(1);
    await new Promise(setImmediate);
    expect(batches).toEqual([[1], [2, 3, 4]]);
    gates[1]!();
    expect(await Promise.all(others)).toEqual([2, 3, 4]);
  });

  it('keeps its distance after a flush of several, so that middling load shares statements, and never makes a few wait', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
    try {
      const flushes: number[][] = [];
      const commits = new GroupCommit(notingFlush(flushes), {
        maxBatch: 4,
        maxInFlight: 2,
        spacing: { ms: 50, after: 3 },
        isShared: () => false,
      });
      const submit = (items: number[]): Promise<number[]> => Promise.all(items.map((item) => commits.submit(item)));
      // As callers that wait for their answers: two of them never wait for the clock.
      await submit([1, 2]);
      await submit([3, 4]);
      await submit([5, 6, 7]);
      const later = submit([8, 9]);
      await jest.advanceTimersByTimeAsync(49);
      expect(flushes).toEqual([
        [1, 2],
        [3, 4],
        [5, 6, 7],
      ]);
      await jest.advanceTimersByTimeAsync(1);
      expect(flushes.at(-1)).toEqual([8, 9]);
      await later;
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not keep waiting what somebody waits for, nor what came before that', async () => {
    const flushes: number[][] = [];
    const commits = new GroupCommit(notingFlush(flushes), {
      maxBatch: 9,
      maxInFlight: 2,
      spacing: { ms: 60_000, after: 1, isAwaited: (n) => n > 100 },
      isShared: () => false,
    });
    await commits.submit(1);
    const kept = commits.submit(2);
    await new Promise(setImmediate);
    expect(flushes).toEqual([[1]]);
    const awaited = commits.submit(101);
    await new Promise(setImmediate);
    expect(flushes).toEqual([[1], [2, 101]]);
    expect(await Promise.all([kept, awaited])).toEqual([2, 101]);
  });

  it('does not keep a whole batch waiting for the distance', async () => {
    const flushes: number[][] = [];
    const commits = new GroupCommit(notingFlush(flushes), {
      maxBatch: 3,
      maxInFlight: 2,
      spacing: { ms: 60_000, after: 1 },
      isShared: () => false,
    });
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => commits.submit(n)));
    expect(flushes).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('lets light items go before heavy ones that came at the same time, and carries no more than its weight', async () => {
    const batches: number[][] = [];
    const gates: (() => void)[] = [];
    const flush = async (batch: number[]): Promise<number[]> => {
      batches.push(batch);
      await new Promise<void>((resolve) => gates.push(resolve));
      return batch;
    };
    const commits = new GroupCommit(flush, { maxBatch: 100, maxInFlight: 1, weightOf: (weight) => weight, isShared: () => false });
    const all = [300, 100, 60, 1, 50, 2].map((weight) => commits.submit(weight));
    for (let i = 0; i < 4; i++) {
      await new Promise(setImmediate);
      gates[i]!();
    }
    expect(await Promise.all(all)).toEqual([300, 100, 60, 1, 50, 2]);
    expect(batches).toEqual([[1, 2, 50], [60], [100], [300]]);
  });

  it('does not try items one by one when the database is away for all of them', async () => {
    let flushes = 0;
    const flush = async (): Promise<number[]> => {
      flushes++;
      throw new DatabaseAway();
    };
    const commits = new GroupCommit(flush, options);
    const settled = await Promise.allSettled([1, 2, 3].map((n) => commits.submit({ n, key: null, isBad: false })));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(flushes).toBe(1);
  });
});
