import type { NewReplay } from '../api/shapes';
import { fromLocalInput, toLocalInput } from '../ui/local-time';

/** A replay as the form holds it. */
export interface ReplayDraft {
  mode: NewReplay['mode'];
  from: string;
  to: string;
  subscription: string;
  /** Separated by blanks. */
  eventTypes: string;
  ratePerSecond: string;
}

const HOUR_MS = 3_600_000;

/** What the address asks for, of the last hour where it says nothing. */
export const startOf = (params: URLSearchParams, nowMs: number): ReplayDraft => ({
  mode: params.get('mode') === 'missing' ? 'missing' : 'failed',
  from: toLocalInput(params.get('from') ?? new Date(nowMs - HOUR_MS).toISOString()),
  to: toLocalInput(params.get('to') ?? new Date(nowMs).toISOString()),
  subscription: params.get('subscription') ?? '',
  eventTypes: params.get('eventTypes') ?? '',
  ratePerSecond: '100',
});

export function toReplay({ mode, from, to, subscription, eventTypes, ratePerSecond }: ReplayDraft): NewReplay {
  const types = eventTypes.split(/[\s,]+/).filter((type) => type !== '');
  return {
    mode,
    // The API says what is wrong with a time that is none.
    from: fromLocalInput(from) ?? '',
    to: fromLocalInput(to) ?? '',
    ratePerSecond: Number(ratePerSecond),
    ...(subscription.trim() ? { subscriptionId: subscription.trim() } : {}),
    ...(types.length > 0 ? { filter: { eventTypes: types } } : {}),
  };
}
