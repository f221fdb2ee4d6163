import { MAX_DELAY_SECONDS } from '#domain/retry-policy.js';
import type { RetryPolicy } from '#domain/subscription.js';
import type { Faults, Json } from './fields.js';

export interface RetryCountdownConfig {
  choice: string;
  kwargs: Record<string, number | null>;
}

/** The first attempt, 10 retries of its task and 8 of the scanner. Source: dj-whisperer's TASK_RETRY_COUNT and MAX_RETRY_COUNT. */
const MAX_ATTEMPTS = 19;

/** What a hook that says nothing has. Source: the document's sample. */
export const DEFAULT_COUNTDOWN: RetryCountdownConfig = { choice: 'exponential', kwargs: { base: 2 } };

/** Arguments of each choice; `limit` may be left out or null. */
const KWARGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['fixed', ['seconds']],
  ['linear', ['base', 'limit']],
  ['exponential', ['base', 'limit']],
  ['random', ['min_value', 'max_value']],
]);

/** Reads `retry_countdown_config`; arguments that its choice does not take are dropped, as the OMS does. */
export function readCountdown(faults: Faults, value: unknown, path: string): RetryCountdownConfig | undefined {
  const config = faults.object(value, path);
  if (!config) return undefined;
  const choice = faults.text(config['choice'], `${path}/choice`, 64, true);
  const names = choice === undefined ? undefined : KWARGS.get(choice);
  if (choice === undefined) return undefined;
  if (!names) return faults.add(`${path}/choice`, `"${choice}" is not a valid choice.`);
  const given = faults.object(config['kwargs'], `${path}/kwargs`, true);
  return given && { choice, kwargs: readKwargs(faults, names, given, `${path}/kwargs`) };
}

function readKwargs(faults: Faults, names: readonly string[], given: Json, path: string): RetryCountdownConfig['kwargs'] {
  const kwargs: RetryCountdownConfig['kwargs'] = {};
  for (const name of names) {
    const value = given[name];
    if (name === 'limit' && (value === undefined || value === null)) {
      if (value === null) kwargs[name] = null;
      continue;
    }
    const number = faults.whole(value, `${path}/${name}`, MAX_DELAY_SECONDS);
    if (number !== undefined) kwargs[name] = number;
  }
  const { min_value: min, max_value: max } = kwargs;
  if (typeof min === 'number' && typeof max === 'number' && min >= max) faults.add(path, "'max_value' must be greater than 'min_value'.");
  return kwargs;
}

/** The policy that a config which was read stands for. Both count retries from 0. */
export function toPolicy({ choice, kwargs }: RetryCountdownConfig): RetryPolicy {
  const { seconds, base, limit, min_value: min, max_value: max } = kwargs;
  const limited = limit === undefined ? {} : { limitSeconds: limit };
  switch (choice) {
    case 'fixed':
      return { kind: 'fixed', delaySeconds: seconds ?? 0, maxAttempts: MAX_ATTEMPTS };
    case 'linear':
      return { kind: 'linear', baseSeconds: base ?? 0, ...limited, maxAttempts: MAX_ATTEMPTS };
    case 'random':
      return { kind: 'random', minSeconds: min ?? 0, maxSeconds: max ?? 0, maxAttempts: MAX_ATTEMPTS };
    default:
      return { kind: 'exponential', base: base ?? 0, ...limited, maxAttempts: MAX_ATTEMPTS };
  }
}

/** A policy in the OMS's words; what was made elsewhere and has none there is `custom`. */
export function showCountdown(policy: RetryPolicy | null): RetryCountdownConfig {
  const limited = (limit: number | null | undefined): Record<string, number | null> => (limit === undefined ? {} : { limit });
  switch (policy?.kind) {
    case 'fixed':
      return { choice: 'fixed', kwargs: { seconds: policy.delaySeconds } };
    case 'linear':
      return { choice: 'linear', kwargs: { base: policy.baseSeconds, ...limited(policy.limitSeconds) } };
    case 'exponential':
      return { choice: 'exponential', kwargs: { base: policy.base, ...limited(policy.limitSeconds) } };
    case 'random':
      return { choice: 'random', kwargs: { min_value: policy.minSeconds, max_value: policy.maxSeconds } };
    case 'schedule':
    case undefined:
      return { choice: 'custom', kwargs: {} };
  }
}
