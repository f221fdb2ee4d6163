import { eventually } from '../support/eventually.js';
import type { ReceivedRequest } from '../support/receiver.js';
import { openStage, type Stage } from './stage.js';

const KEYS = ['a', 'b', 'c', 'd'];
const EVENTS_PER_KEY = 25;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});

interface Body {
  data: { key: string; n: number };
}

const bodyOf = ({ body }: ReceivedRequest): Body['data'] => (JSON.parse(body.toString()) as Body).data;

describe('an ordered subscription', () => {
  it('gets the events of each key in their order, though endpoints fail and one of its two dispatchers is killed again and again', async () => {
    const { tenant, receiver, ledger } = stage;
    let calls = 0;
    receiver.on('/ordered', () => (calls++ % 5 === 3 ? { kind: 'answer', status: 500 } : { kind: 'answer', delayMs: 5 }));
    const subscription = await stage.subscribe('ordered', { ordering: { key: '/data/key', afterExhaustion: 'wait' } });
    const pair = await Promise.all([stage.dispatcher(), stage.dispatcher()]);
    const publishing = Promise.all(
      KEYS.map(async (key) => {
        // One publisher per key, each event after the answer to the one before.
        for (let n = 0; n < EVENTS_PER_KEY; n++) {
          const { id } = await tenant.publish({ type: 'ordered', data: { key, n } });
          ledger.expect(id, [subscription]);
        }
      }),
    );
    for (const [kill, seen] of [10, 40].entries()) {
      await eventually(() => expect(receiver.to('/ordered').length).toBeGreaterThanOrEqual(seen), { timeoutMs: 30_000 });
      await pair[kill % 2]!.kill();
      pair[kill % 2] = await stage.dispatcher();
    }
    await publishing;
    await ledger.check({ duplicates: 2 * KEYS.length, timeoutMs: 40_000 });
    for (const key of KEYS) {
      const numbers = receiver
        .to('/ordered')
        .map(bodyOf)
        .filter((data) => data.key === key)
        .map(({ n }) => n);
      expect(numbers).toEqual(numbers.toSorted((x, y) => x - y));
      expect(new Set(numbers).size).toBe(EVENTS_PER_KEY);
    }
  });
});
