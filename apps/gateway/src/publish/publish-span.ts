import { DomainError } from '#domain/errors.js';
import type { Facts, Span } from '#observability/tracer.js';
import { statusOf } from '../http/status-of.js';

/** Ends the span with what was published, or with why not; only a fault of ours counts as failed. */
export async function ended<T>(span: Span, work: Promise<T>, told: (result: T) => Facts): Promise<T> {
  try {
    const result = await work;
    span.end(told(result));
    return result;
  } catch (error) {
    const isRefusal = error instanceof DomainError && statusOf(error.code) < 500;
    span.end({ error: error instanceof DomainError ? error.code : 'internal_error' }, !isRefusal);
    throw error;
  }
}
