import { LOGGER_TOKEN, type Logger } from '#observability/logger.js';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorEnvelopes } from './error-envelopes.js';
import { refusalOf } from './problem.js';
import { sendProblem } from './send-problem.js';

/**
 * Answers everything that was thrown: as `application/problem+json`, or in the shape of the dialect whose path it is. Our own failures are
 * logged as errors, refusals only at debug.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER_TOKEN) private readonly logger: Logger,
    @Inject(ErrorEnvelopes) private readonly envelopes: ErrorEnvelopes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { problem, fault } = refusalOf(error, request.id);
    const { status, code } = problem;
    const line = { requestId: request.id, method: request.method, route: request.routeOptions.url, status, code };
    if (fault === undefined) this.logger.debug(line, 'request.refused');
    else this.logger.error({ ...line, err: fault }, 'request.failed');
    sendProblem(problem, http.getResponse<FastifyReply>(), this.envelopes.of(request.url));
  }
}
