/** Where a measured number has to stay to be good. */
export type Goal = { atMost: number } | { atLeast: number } | { below: number };

export type Verdict = 'ok' | 'miss';

/** A number that is none misses every goal: what was not measured was not reached. */
export function judge(value: number, goal: Goal): Verdict {
  if ('atMost' in goal) return value <= goal.atMost ? 'ok' : 'miss';
  if ('below' in goal) return value < goal.below ? 'ok' : 'miss';
  return value >= goal.atLeast ? 'ok' : 'miss';
}

export function toldGoal(goal: Goal): string {
  if ('atMost' in goal) return `<= ${goal.atMost}`;
  if ('below' in goal) return `< ${goal.below}`;
  return `>= ${goal.atLeast}`;
}
