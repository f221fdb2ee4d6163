import { setTimeout as pause } from 'node:timers/promises';
import { isOvertaken } from './storage-error.js';

const TRIES = 3;
/** Those who met once do not meet again at the same moment. */
const PAUSE_MS = 20;

/**
 * Runs a statement that Postgres may have to break off for another's sake (deadlock, serialization failure). Such a statement has done
 * nothing, so it is run again, three times in all; then its error is thrown.
 */
export async function retryOvertaken<T>(statement: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await statement();
    } catch (error) {
      if (tried === TRIES || !isOvertaken(error)) throw error;
    }
    await pause(Math.random() * PAUSE_MS * tried);
  }
}
