import { Watchdog } from './watchdog.js';

const BOUND_MS = 1_000;

describe('the watchdog of a dispatcher', () => {
  const told: number[] = [];
  beforeEach(() => void told.splice(0));
  const watch = (sinceProgressMs: number, isOverdue: (forMs: number) => Promise<boolean>): Watchdog =>
    new Watchdog(isOverdue, { sinceProgressMs: () => sinceProgressMs }, BOUND_MS, (ms) => told.push(ms));
  const yes = (): Promise<boolean> => Promise.resolve(true);

  it('takes it for stuck when nothing has moved for longer than the bound although work is overdue, and says so once', async () => {
    const dog = watch(BOUND_MS + 1, yes);
    await dog.look();
    await dog.look();
    expect(dog.isStuck).toBe(true);
    expect(told).toEqual([BOUND_MS + 1]);
  });

  it.each<[string, Watchdog]>([
    ['something moved within the bound', watch(BOUND_MS, yes)],
    ['there is no work', watch(BOUND_MS + 1, () => Promise.resolve(false))],
    ['the database is away', watch(BOUND_MS + 1, () => Promise.reject(new Error('gone')))],
  ])('does not when %s', async (_, dog) => {
    await dog.look();
    expect(dog.isStuck).toBe(false);
    expect(told).toEqual([]);
  });

  it('asks for work as long overdue as nothing has moved', async () => {
    const asked: number[] = [];
    const dog = watch(BOUND_MS + 1, (forMs) => {
      asked.push(forMs);
      return Promise.resolve(true);
    });
    await dog.look();
    expect(asked).toEqual([BOUND_MS]);
  });
});
