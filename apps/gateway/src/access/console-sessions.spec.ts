import { openVault } from '#vault/open-vault.js';
import type { FastifyRequest } from 'fastify';
import { ConsoleSessions, SESSION_COOKIE, SESSION_HEADER } from './console-sessions.js';

const vaultOf = (byte: number) => openVault(`k:${Buffer.alloc(32, byte).toString('base64')}`);
const sessions = new ConsoleSessions(vaultOf(1));
const request = (headers: Record<string, string>): FastifyRequest => ({ headers }) as unknown as FastifyRequest;
const withCookie = (value: string): Record<string, string> => ({ cookie: `a=b; ${SESSION_COOKIE}=${value}; c=d`, [SESSION_HEADER]: '1' });

describe('a session of the console', () => {
  const sealed = sessions.seal('tdg_key', 1_000);

  it('stands for the key it was made of until it ends', () => {
    expect(sessions.keyOf(request(withCookie(sealed)), 999)).toBe('tdg_key');
    expect(sessions.keyOf(request(withCookie(sealed)), 1_000)).toBeNull();
  });

  it('does not show the key', () => expect(sealed).not.toContain('tdg_key'));

  it('counts only with the header that another site’s page cannot send', () => {
    const { cookie } = withCookie(sealed);
    expect(sessions.keyOf(request({ cookie: cookie! }), 0)).toBeNull();
  });

  it('gives way to a key that is sent along', () => {
    expect(sessions.keyOf(request({ ...withCookie(sealed), authorization: 'Bearer other' }), 0)).toBeNull();
  });

  it.each(['', 'v1.k.a.b.c', 'nonsense', new ConsoleSessions(vaultOf(2)).seal('tdg_key', 1_000)])(
    'is none when it was not sealed here: %s',
    (value) => {
      expect(sessions.keyOf(request(withCookie(value)), 0)).toBeNull();
    },
  );
});
