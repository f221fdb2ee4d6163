import type { FieldError } from '#domain/errors.js';
import { isUuid, uuidOf } from '#domain/ids.js';
import { createHash } from 'node:crypto';
import type { ErrorAnswer } from '../../http/error-envelopes.js';
import type { Problem } from '../../http/problem.js';

/** Source: Contensis, "Error" of its APIs. */
interface ContensisError {
  /** uuid that names the request in our log; see logIdOf. */
  logId: string;
  message: string;
  /** The faulty members, `field` with dots between its steps. */
  data: { field: string; message: string }[];
  type: string;
}

/** Faults of a payload's shape; whatever else is wrong with a payload is a validation error. */
const SHAPE = new Set(['required', 'invalid_type', 'unknown_field']);

const TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [422, 'Validation'],
  [429, 'TooManyRequests'],
  [503, 'ServiceUnavailable'],
]);

/** A refusal as Contensis has it: 400 for a payload that cannot be read, 422 `Validation` for one that says what cannot be. */
export const contensisError = (problem: Problem): ErrorAnswer => {
  const status = statusOf(problem);
  const body: ContensisError = {
    logId: logIdOf(problem.requestId),
    message: status === 422 ? 'There are validation errors in the webhook subscription.' : problem.detail,
    data: faultsOf(problem).map(({ path, message }) => ({ field: path.slice(1).replaceAll('/', '.'), message })),
    type: TYPES.get(status) ?? (status >= 500 ? 'Error' : 'BadRequest'),
  };
  return { status, contentType: 'application/json; charset=utf-8', body };
};

function statusOf({ status, code, errors = [] }: Problem): number {
  if (code === 'stale_version') return 422;
  return status === 422 && errors.length > 0 && errors.every((error) => SHAPE.has(error.code)) ? 400 : status;
}

function faultsOf({ code, detail, errors = [] }: Problem): FieldError[] {
  return code === 'stale_version' ? [{ path: '/version/versionNo', code, message: `This is not the latest. ${detail}` }] : errors;
}

/** The request id of our log is a ULID: the same 128 bits make the uuid. A caller's own id is one already, or is hashed into one. */
function logIdOf(requestId: string): string {
  if (isUuid(requestId)) return requestId.toLowerCase();
  const hash = createHash('sha256').update(requestId).digest('hex');
  return uuidOf(requestId) ?? hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}
