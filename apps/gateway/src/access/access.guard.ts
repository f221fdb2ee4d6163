import { DomainError } from '#domain/errors.js';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.js';
import { ConsoleSessions } from './console-sessions.js';
import { bearerKey, CREDENTIAL, type CredentialOf } from './credential.js';
import { mayDo, type Principal } from './principal.js';
import { ROUTE_ACCESS, type RouteAccess } from './requires.decorator.js';
import { SignInFailures } from './sign-in-failures.js';

/** One answer for every key that is no good, so that nobody learns which keys there are. */
const unauthenticated = (): DomainError => new DomainError('unauthenticated', 'A valid API key is needed: Authorization: Bearer <key>.');

/** Lets a request through to the routes its key may use. Throws `unauthenticated` (401; `rate_limited`, 429, see SignInFailures) or `insufficient_scope` (403). */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ConsoleSessions) private readonly sessions: ConsoleSessions,
    @Inject(SignInFailures) private readonly failures: Pick<SignInFailures, 'refuse'>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, targets);
    if (access?.kind === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    // A dialect's clients carry the key in their own way; on the native API the console's cookie stands for one.
    const credentialOf = this.reflector.getAllAndOverride<CredentialOf | undefined>(CREDENTIAL, targets) ?? this.nativeKey;
    const key = credentialOf(request);
    const principal = key === null ? null : await this.authenticator.authenticate(key);
    if (!principal)
      throw key === null ? unauthenticated() : this.failures.refuse(request, http.getResponse<FastifyReply>(), unauthenticated());
    request.principal = principal;
    requireAccess(principal, access);
    return true;
  }

  private readonly nativeKey: CredentialOf = (request) => bearerKey(request) ?? this.sessions.keyOf(request, Date.now());
}

/** A route that says nothing is refused even here, although such a gateway does not start (see RouteAudit). */
function requireAccess(principal: Principal, access: RouteAccess | undefined): void {
  if (access?.kind !== 'key') throw new DomainError('insufficient_scope', 'This route is open to nobody.');
  if (access.operatorOnly && principal.tenantId !== null) throw new DomainError('insufficient_scope', 'This needs an operator’s key.');
  const missing = access.permissions.filter((permission) => !mayDo(principal, permission));
  if (missing.length > 0) throw new DomainError('insufficient_scope', `The key lacks ${missing.join(', ')}.`);
}
