import type { Delivery } from '../api/shapes';
import { startOf, toReplay } from '../replays/replay-draft';
import { replayOf } from './replay-of';

const delivery = (createdAt: string, eventType: string, subscriptionId = 'sub_1') => ({ createdAt, eventType, subscriptionId }) as Delivery;
const replay = (...deliveries: Delivery[]) => toReplay(startOf(new URLSearchParams(replayOf(deliveries)), 0));

describe('a replay of what is like the deliveries ticked', () => {
  const early = delivery('2026-11-21T10:00:00.000Z', 'a');
  const late = delivery('2026-11-21T11:00:00.500Z', 'b');

  it('has a window that holds the events of all of them, and their types and subscription', () => {
    const { from, to, filter, subscriptionId, mode } = replay(late, early);
    expect(from < early.createdAt && to > late.createdAt).toBe(true);
    expect([mode, filter, subscriptionId]).toEqual(['failed', { eventTypes: ['b', 'a'] }, 'sub_1']);
  });

  it('is of all subscriptions when theirs are several', () => {
    expect(replay(early, delivery(late.createdAt, 'a', 'sub_2'))).not.toHaveProperty('subscriptionId');
  });
});
