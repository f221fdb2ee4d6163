import type { Attempt } from '../api/shapes';

/** A part of a request's time: when it began, from the start of the request, and how long it took. */
export interface Phase {
  name: 'DNS' | 'Connect' | 'TLS' | 'Waiting' | 'Body' | 'No answer';
  startMs: number;
  lengthMs: number;
}

/**
 * Where the time of one request went, in order and without gaps. What dialling took is told by its lengths, and is missing where a connection was
 * kept or never came about; the first byte and the end count from the start. Of a request that was never answered, what is left is nobody's body.
 */
export function phasesOf({ dnsMs, connectMs, tlsMs, firstByteMs, totalMs }: Attempt['timings']): Phase[] {
  const phases: Phase[] = [];
  let nowMs = 0;
  const add = (name: Phase['name'], lengthMs: number | null): void => {
    if (lengthMs === null) return;
    phases.push({ name, startMs: nowMs, lengthMs });
    nowMs += lengthMs;
  };
  // Each number is rounded by itself, so the parts may come to a millisecond more than the whole.
  const addUntil = (name: Phase['name'], endMs: number | null): void => add(name, endMs === null ? null : Math.max(0, endMs - nowMs));
  add('DNS', dnsMs);
  add('Connect', connectMs);
  add('TLS', tlsMs);
  if (firstByteMs === null) {
    if (totalMs !== null && totalMs > nowMs) addUntil('No answer', totalMs);
    return phases;
  }
  addUntil('Waiting', firstByteMs);
  addUntil('Body', totalMs);
  return phases;
}
