import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../access/authenticator.js';
import { Caller } from '../access/caller.decorator.js';
import { ConsoleSessions, SESSION_COOKIE, SESSION_SECONDS } from '../access/console-sessions.js';
import type { Principal } from '../access/principal.js';
import { AnyKey, Public } from '../access/requires.decorator.js';
import { SignInFailures } from '../access/sign-in-failures.js';
import { type SessionDto, SignInDto } from './session.dto.js';

/** `Secure` always: browsers take 127.0.0.1 and localhost for secure, and nothing else should carry a key in the clear. */
const cookie = (value: string, seconds: number): string =>
  `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; Secure; SameSite=Strict`;

const noKey = (): DomainError => new DomainError('unauthenticated', 'This is no API key of this system, or it has ended.');

/** The console's sign-in. For its pages alone, so it is no part of the described API. */
@ApiExcludeController()
@Controller('console/session')
export class SessionController {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: ConsoleSessions,
    private readonly failures: SignInFailures,
  ) {}

  @Post()
  @HttpCode(200)
  @Public()
  async signIn(
    @Body() { key }: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const principal = await this.authenticator.authenticate(key);
    if (!principal) throw this.failures.refuse(request, reply, noKey());
    void reply.header('set-cookie', cookie(this.sessions.seal(key, Date.now() + SESSION_SECONDS * 1_000), SESSION_SECONDS));
    return toSession(principal);
  }

  @Get()
  @AnyKey()
  current(@Caller() caller: Principal): SessionDto {
    return toSession(caller);
  }

  @Delete()
  @HttpCode(204)
  @Public()
  signOut(@Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.header('set-cookie', cookie('', 0));
  }
}

const toSession = ({ keyName, tenantId, permissions }: Principal): SessionDto => ({
  keyName,
  tenantId: tenantId === null ? null : formatId('ten', tenantId),
  permissions,
});
