import { Vault } from '#vault/vault.js';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'tidings_session';
/** What a page on another origin cannot send along without being asked first; so no foreign form or image acts for who is signed in. */
export const SESSION_HEADER = 'x-tidings-console';
/** Seconds a sign-in lasts. The key itself may end sooner: it is looked up with every request. */
export const SESSION_SECONDS = 12 * 60 * 60;

const AAD = 'console-session';

/** The console's sign-in: an API key, sealed under the key ring, in a cookie that scripts cannot read. */
@Injectable()
export class ConsoleSessions {
  constructor(@Inject(Vault) private readonly vault: Vault) {}

  /** The cookie's value for a key, good until `endsAt` (milliseconds since 1970). */
  seal(key: string, endsAt: number): string {
    return this.vault.seal(JSON.stringify({ key, endsAt }), AAD);
  }

  /** The key that a request of the console carries; null when it carries none, or one that has ended or was not sealed here. */
  keyOf(request: FastifyRequest, now: number): string | null {
    if (request.headers.authorization !== undefined || request.headers[SESSION_HEADER] === undefined) return null;
    const sealed = cookieOf(request.headers.cookie ?? '', SESSION_COOKIE);
    return sealed === null ? null : this.open(sealed, now);
  }

  private open(sealed: string, now: number): string | null {
    try {
      const { key, endsAt } = JSON.parse(this.vault.open(sealed, AAD)) as { key: string; endsAt: number };
      return endsAt > now ? key : null;
    } catch {
      return null;
    }
  }
}

function cookieOf(header: string, name: string): string | null {
  const found = header.split(';').find((part) => part.trimStart().startsWith(`${name}=`));
  return found === undefined ? null : found.slice(found.indexOf('=') + 1).trim();
}
