import fc from 'fast-check';
import { cut, DEFAULT_STATES, type Looked, REPLAYABLE_STATES } from './replay.js';

const verdicts: Looked['verdict'][] = ['send', 'other', 'not_ended', 'not_wanted', 'already_there'];
const rows = fc
  .array(fc.constantFrom(...verdicts), { maxLength: 60 })
  .map((given) => given.map((verdict, i): Looked => ({ id: String(i), verdict })));

describe('what a step of a replay deals with', () => {
  it('is every row once, whatever the steps are', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, most) => {
        const sent: string[] = [];
        let skipped = 0;
        for (let left = all; left.length > 0;) {
          const step = cut(left, most);
          expect(step.send.length).toBeLessThanOrEqual(most);
          sent.push(...step.send);
          skipped += Object.values(step.skipped).reduce((sum, n) => sum + n, 0);
          const next = left.findIndex(({ id }) => id === step.position) + 1;
          expect(step.isWhole).toBe(next === left.length);
          left = left.slice(next);
        }
        expect(sent).toEqual(all.filter(({ verdict }) => verdict === 'send').map(({ id }) => id));
        expect(skipped).toBe(all.filter(({ verdict }) => verdict !== 'send' && verdict !== 'other').length);
      }),
    );
  });

  it('is nothing without a row, and what comes before the first to send when none may go', () => {
    expect(cut([], 5)).toEqual({ send: [], skipped: {}, position: null, isWhole: true });
    const looked: Looked[] = [
      { id: 'a', verdict: 'not_ended' },
      { id: 'b', verdict: 'send' },
    ];
    expect(cut(looked, 0)).toEqual({ send: [], skipped: { not_ended: 1 }, position: 'a', isWhole: false });
  });
});

describe('a replay that is not told which states', () => {
  it('leaves alone what somebody cancelled', () => {
    expect(REPLAYABLE_STATES.filter((state) => !DEFAULT_STATES.includes(state))).toEqual(['cancelled']);
  });
});
