import { DomainError, type FieldError } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { storageError } from '#store/storage-error.js';
import { HttpException } from '@nestjs/common';
import { codeOfStatus, statusOf, titleOf } from './status-of.js';

/** Body of every refusal (RFC 9457). `code` is stable; `detail` is for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
  requestId: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What the caller is told of an error, and the error itself where it is our own failure and has to be logged. */
export interface Refusal {
  problem: Problem;
  fault: unknown;
}

const hasStatus = (error: unknown): error is Error & { statusCode: number } =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';

/** The HTTP layer's own refusals keep their status, never their words: those name internals. */
const statusOfHttpError = (error: unknown): number | null => {
  if (error instanceof HttpException) return error.getStatus();
  return hasStatus(error) ? error.statusCode : null;
};

const DETAILS: ReadonlyMap<number, string> = new Map([
  [400, 'The request cannot be understood.'],
  [404, 'There is nothing here under this method and path.'],
  [408, 'The request took too long to arrive.'],
  [413, 'The body is larger than this route takes.'],
  [414, 'The path is too long.'],
  [415, 'The body must be application/json (or application/cloudevents+json) in UTF-8, without a content encoding.'],
  [431, 'The headers are too large.'],
  [500, 'Something went wrong on our side. The request id names it in our log.'],
  [503, 'Try again in a moment.'],
]);

/** Turns anything thrown into the answer to its caller. What is not a refusal becomes 500 `internal_error` without details. */
export function refusalOf(error: unknown, requestId: string): Refusal {
  const known = storageError(error);
  if (known instanceof DomainError) {
    const status = statusOf(known.code);
    if (status !== 500)
      return { problem: problemOf(status, known.code, known.message, requestId, known.errors), fault: status > 500 ? error : undefined };
  }
  const status = statusOfHttpError(error) ?? 500;
  const detail = DETAILS.get(status) ?? `${titleOf(status)}.`;
  return { problem: problemOf(status, codeOfStatus(status), detail, requestId), fault: status >= 500 ? error : undefined };
}

/** How much of a path is told: the answer must not outgrow the request. */
const MAX_PATH_CHARS = 1_024;

/** One refusal as RFC 9457 has it. `errors` stays out where there are none, and of very many only the first are told. */
export function problemOf(status: number, code: string, detail: string, requestId: string, errors: FieldError[] = []): Problem {
  const told = errors.slice(0, LIMITS.errorsTold.max).map((error) => ({ ...error, path: error.path.slice(0, MAX_PATH_CHARS) }));
  return {
    type: `urn:tidings:problem:${code}`,
    title: titleOf(status),
    status,
    code,
    detail,
    ...(told.length > 0 ? { errors: told } : {}),
    requestId,
  };
}
