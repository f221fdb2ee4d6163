import type { FastifyReply } from 'fastify';
import { type ErrorEnvelope, problemEnvelope } from './error-envelopes.js';
import type { Problem } from './problem.js';
import { retryAfterSeconds } from './status-of.js';

/** Sends the refusal, unless an answer has left already. A handler that knows better when to try again has set Retry-After itself. */
export function sendProblem(problem: Problem, reply: FastifyReply, envelope: ErrorEnvelope = problemEnvelope): void {
  if (reply.sent) return;
  const retryAfter = retryAfterSeconds(problem.status);
  if (retryAfter !== null && !reply.hasHeader('retry-after')) void reply.header('retry-after', retryAfter);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="tidings"');
  const { status, contentType, body, headers = {} } = envelope(problem, reply.request);
  void reply.code(status).headers(headers).header('content-type', contentType).send(body);
}
