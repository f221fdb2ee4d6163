import type { LocalFault } from '#domain/send-result.js';

/** What came of one outbound request. A failure is made again within bounds unless it is the last; a local fault is nobody's attempt. */
export type Handled = { kind: 'done' } | { kind: 'failed'; message: string; isLast: boolean } | LocalFault;

export const DONE: Handled = { kind: 'done' };

export const failed = (message: string, isLast = false): Handled => ({ kind: 'failed', message, isLast });
