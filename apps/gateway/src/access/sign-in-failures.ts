import { isIP } from 'node:net';
import { DomainError } from '#domain/errors.js';
import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { LOGGER_TOKEN, type Logger } from '#observability/logger.js';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

const WINDOW_MS = 60_000;
/** Addresses in mind at once, some 100 bytes each. When they are more, the one whose minute began first is forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts, by the client's address, the keys shown to this gateway that were none. Beyond the bound of a minute they are told to come back
 * later, and not that they are wrong. A key that is good is never asked about: many share an address.
 */
@Injectable()
export class SignInFailures {
  private readonly windows = new Map<string, { count: number; endsAt: number }>();
  private readonly perMinute: number;

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Pick<Settings, 'SIGN_IN_FAILURES_PER_MINUTE'>,
    @Inject(LOGGER_TOKEN) private readonly logger: Pick<Logger, 'warn'>,
  ) {
    this.perMinute = settings.SIGN_IN_FAILURES_PER_MINUTE;
  }

  /** How many addresses it has in mind. */
  get size(): number {
    return this.windows.size;
  }

  /** What a request that showed a key in vain is refused with: `refusal`, or `rate_limited` (429) with Retry-After on the reply. */
  refuse({ ip }: Pick<FastifyRequest, 'ip'>, reply: Pick<FastifyReply, 'header'>, refusal: DomainError): DomainError {
    const waitSeconds = this.note(ip, performance.now());
    if (waitSeconds === null) return refusal;
    void reply.header('retry-after', waitSeconds);
    return new DomainError('rate_limited', 'Too many requests of this address have shown a key that is none.');
  }

  /** Counts one more of this address. Returns the seconds until its minute is over where that is too many, else null. `now` in milliseconds. */
  note(ip: string, now: number): number | null {
    if (this.perMinute === 0) return null;
    const window = this.windowOf(networkOf(ip), now);
    window.count++;
    if (window.count <= this.perMinute) return null;
    if (window.count === this.perMinute + 1) this.logger.warn({ ip }, 'sign_ins.limited');
    return Math.max(1, Math.ceil((window.endsAt - now) / 1_000));
  }

  private windowOf(network: string, now: number): { count: number; endsAt: number } {
    const known = this.windows.get(network);
    if (known && known.endsAt > now) return known;
    const window = { count: 0, endsAt: now + WINDOW_MS };
    // A Map keeps the order of insertion: deleted first, it goes to the end, and the beginning is the oldest.
    this.windows.delete(network);
    this.windows.set(network, window);
    const [oldest] = this.windows.keys();
    if (this.windows.size > MAX_ADDRESSES && oldest !== undefined) this.windows.delete(oldest);
    return window;
  }
}

/**
 * An IPv4 address as it is, however it is written; of IPv6 the /64 that one customer gets at the least (RFC 6177). What a proxy made up in
 * place of an address counts as one.
 */
export function networkOf(ip: string): string {
  if (isIP(ip) !== 6) return isIP(ip) === 4 ? ip : 'none';
  // The URL parser gives an address its one canonical form; it knows no zones.
  const groups = groupsOf(new URL(`http://[${ip.split('%')[0]}]`).hostname.slice(1, -1));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an address in its canonical form. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => parseInt(group, 16));
}
