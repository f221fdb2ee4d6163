import { serveCrowdDespiteKill } from '../chaos/crowd.js';

const SUBSCRIBERS = 5_000;
const ACCEPTED_WITHIN_MS = 500;

describe('an event for five thousand subscriptions', () => {
  it('is accepted within half a second, and reaches each of them though its fan-out is killed', async () => {
    const { publishedInMs } = await serveCrowdDespiteKill(SUBSCRIBERS, 150_000);
    expect(publishedInMs).toBeLessThan(ACCEPTED_WITHIN_MS);
  }, 240_000);
});
