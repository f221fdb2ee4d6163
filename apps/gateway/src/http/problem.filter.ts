import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { log } from '#observability/logger.js';
import { PROBLEM_TYPE, refusalOf } from './problem.js';
import { retryAfterSeconds } from './status-of.js';

/** Answers everything that was thrown as `application/problem+json`. Our own failures are logged as errors, refusals only at debug. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    sendProblem(error, http.getRequest<FastifyRequest>(), reply);
  }
}

/** The same for what the HTTP layer refuses before there is a route. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { problem, fault } = refusalOf(error, request.id);
  const line = { requestId: request.id, method: request.method, route: request.routeOptions?.url, status: problem.status, code: problem.code };
  if (fault !== undefined) log().error({ ...line, err: fault }, 'request.failed');
  else log().debug(line, 'request.refused');
  const retryAfter = retryAfterSeconds(problem.status);
  if (retryAfter !== null && !reply.hasHeader('retry-after')) void reply.header('retry-after', retryAfter);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="tidings"');
  void reply.code(problem.status).header('content-type', PROBLEM_TYPE).send(problem);
}
