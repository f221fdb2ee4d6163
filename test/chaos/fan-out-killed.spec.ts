import { serveCrowdDespiteKill } from './crowd.js';

describe('a fan-out to thousands that is killed when a part of it is committed', () => {
  it('goes on where it was: every subscriber has its one delivery, and gets it', async () => {
    await serveCrowdDespiteKill(2_500, 50_000);
  });
});
