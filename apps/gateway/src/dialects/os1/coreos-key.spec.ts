import type { FastifyRequest } from 'fastify';
import { coreosKey } from './coreos-key.js';

const keyIn = (...rawHeaders: string[]): string | null => {
  const headers = Object.fromEntries(rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1]]] : [])));
  return coreosKey({ raw: { rawHeaders }, headers } as unknown as FastifyRequest);
};

describe('the key of a request to OS1', () => {
  it('is in X-COREOS-ACCESS', () => expect(keyIn('X-Coreos-Access', 'k1')).toBe('k1'));

  it('is a bearer’s where that header is missing, and not where it is there', () => {
    expect(keyIn('Authorization', 'Bearer k2')).toBe('k2');
    expect(keyIn('Authorization', 'Bearer k2', 'X-COREOS-ACCESS', 'k1')).toBe('k1');
    expect(keyIn('Authorization', 'Bearer k2', 'X-COREOS-ACCESS', '')).toBeNull();
  });

  it('is none where there are two, or something that is no key', () => {
    expect(keyIn('X-COREOS-ACCESS', 'k1', 'x-coreos-access', 'k2')).toBeNull();
    expect(keyIn('X-COREOS-ACCESS', 'k 1')).toBeNull();
    expect(keyIn('Host', 'X-COREOS-ACCESS')).toBeNull();
  });
});
