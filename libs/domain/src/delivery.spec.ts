import { canMove, DELIVERY_STATES, isTerminal, TRANSITIONS } from './delivery.js';

describe('the life of a delivery', () => {
  it('starts no attempt but from pending, so that an ended delivery is only sent again after a resend', () => {
    expect(DELIVERY_STATES.filter((from) => canMove(from, 'sending'))).toEqual(['pending']);
  });

  it('can come back to pending from every end, and from an attempt', () => {
    expect(DELIVERY_STATES.filter((from) => canMove(from, 'pending'))).toEqual(DELIVERY_STATES.filter((state) => state !== 'pending'));
  });

  it('is delivered, failed, diverted or refused only by an attempt', () => {
    for (const end of ['delivered', 'failed', 'diverted', 'refused'] as const) {
      expect(DELIVERY_STATES.filter((from) => canMove(from, end))).toEqual(['sending']);
    }
  });

  it('cannot be cancelled once it has arrived, was refused or is cancelled', () => {
    expect(DELIVERY_STATES.filter((from) => canMove(from, 'cancelled'))).toEqual(['pending', 'sending', 'failed', 'diverted']);
  });

  it('has a way out of every state, and an end within reach of every state', () => {
    for (const state of DELIVERY_STATES) expect(TRANSITIONS[state].length).toBeGreaterThan(0);
    expect(DELIVERY_STATES.filter((state) => !isTerminal(state))).toEqual(['pending', 'sending']);
    expect(TRANSITIONS.sending.some(isTerminal) && TRANSITIONS.pending.some(isTerminal)).toBe(true);
  });
});
