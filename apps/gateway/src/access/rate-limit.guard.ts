import { DomainError } from '#domain/errors.js';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';
import { Quotas, type Standing } from './quotas.js';

/** Charges every request that has shown a key to that key and its tenant. Throws `rate_limited` (429) with Retry-After. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(@Inject(Quotas) private readonly quotas: Quotas) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { principal } = http.getRequest<FastifyRequest>();
    if (principal) charge(this.quotas, principal, 1, http.getResponse<FastifyReply>());
    return true;
  }
}

/** Charges so many requests to the caller and tells it where it stands. Throws `rate_limited` when they would be too many. */
export function charge(quotas: Quotas, caller: Principal, points: number, reply: FastifyReply): void {
  const standing = quotas.take(caller, points);
  if (standing === null) return;
  void reply.headers(headersOf(standing));
  if (standing.isWithin) return;
  void reply.header('retry-after', standing.resetSeconds);
  throw new DomainError(
    'rate_limited',
    `The ${standing.scope} is over its quota: ${standing.limit} requests in a window, a batch counts as its events.`,
  );
}

/** Source: draft-ietf-httpapi-ratelimit-headers-03, the fields that clients know. */
const headersOf = ({ limit, remaining, resetSeconds }: Standing): Record<string, number> => ({
  'ratelimit-limit': limit,
  'ratelimit-remaining': Math.max(0, remaining),
  'ratelimit-reset': resetSeconds,
});
