import { type Answer, caller, operator } from '../support/api.js';
import { expectProblem, type Problem } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

/** Requests a second of one key; they are counted over ten seconds. */
const QUOTA = 2;
const WINDOW_SECONDS = 10;

describe('a key that asks ten times what it may', () => {
  let target: Target;
  beforeAll(async () => (target = await startTarget({ RATE_LIMIT_PER_CALLER: String(QUOTA) })));

  it('row 100: is refused what is beyond, told when to come back, and nothing of that is stored', async () => {
    const { key } = await operator(target.gateway.url).createKey(target.tenant.id);
    const send = caller(target.gateway.url, key);
    const answers: Answer<Problem>[] = [];
    for (let i = 0; i < 10 * QUOTA * WINDOW_SECONDS; i++) {
      answers.push(await send<Problem>('POST', '/v1/events', { body: { type: 'flood', data: i } }));
    }
    const refused = answers.filter(({ status }) => status !== 202);
    // The flood may have lasted into another window.
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(QUOTA * WINDOW_SECONDS);
    expect(refused.length).toBeGreaterThan(answers.length / 2);
    for (const answer of refused) {
      expect([answer.status, answer.body.code]).toEqual([429, 'rate_limited']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expectProblem(answer);
    }
    const [stored] = await target.db.query<{ count: number }>(`SELECT count(*)::int FROM events WHERE type = 'flood'`);
    expect(stored?.count).toBe(answers.length - refused.length);
  });

  itStillDelivers(() => target);
});
