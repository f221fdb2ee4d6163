import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createTestDatabase } from '../support/database.js';
import { type AppProcess, startGateway } from '../support/processes.js';

interface Served {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What only the page itself may do, as browsers read it. */
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

const DECODERS: Record<string, (body: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };

describe('the console’s files', () => {
  let gateway: AppProcess;
  let asset: string;

  /** As it comes: nothing is decoded, and no encoding asked for but that given. */
  const read = async (path: string, encoding?: string): Promise<Served> => {
    const headers = encoding === undefined ? {} : { 'accept-encoding': encoding };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${gateway.url}${path}`, { headers }, resolve).once('error', reject);
    });
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  };

  beforeAll(async () => {
    gateway = await startGateway({ DATABASE_URL: (await createTestDatabase()).url });
    const { body } = await read('/console');
    asset = /src="(\/console\/assets\/[^"]+\.js)"/.exec(body.toString())?.[1] ?? 'The page names no script.';
  });

  it('come under a policy that lets nothing run that the page did not bring', async () => {
    for (const path of ['/console', '/console/', '/console/deliveries', asset]) {
      const { status, headers } = await read(path);
      const policy = String(headers['content-security-policy']).split('; ');
      const directives = policy.map((one) => [one.slice(0, one.indexOf(' ')), one.slice(one.indexOf(' ') + 1)] as const);
      expect([path, status, Object.fromEntries(directives)]).toEqual([path, 200, POLICY]);
    }
  });

  it.each(['br', 'gzip'])('come compressed as %s to who takes that, and are the same', async (encoding) => {
    for (const path of ['/console', '/console/deliveries', asset]) {
      const [plain, packed] = [await read(path), await read(path, encoding)];
      expect([path, packed.headers]).toEqual([path, expect.objectContaining({ 'content-encoding': encoding, vary: 'accept-encoding' })]);
      expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
      expect(DECODERS[encoding]!(packed.body).equals(plain.body)).toBe(true);
      expect(packed.body.length).toBeLessThan(plain.body.length);
    }
  });

  it('come as they are to who takes no encoding, and say that others get another', async () => {
    for (const [path, type] of [
      ['/console', 'text/html; charset=utf-8'],
      [asset, 'application/javascript; charset=utf-8'],
    ] as const) {
      for (const accepted of [undefined, 'identity']) {
        const { headers } = await read(path, accepted);
        expect([path, headers['content-encoding'], headers['vary'], headers['content-type']]).toEqual([
          path,
          undefined,
          'accept-encoding',
          type,
        ]);
      }
    }
  });

  it('are kept for good where their name says what is in them, and the page is asked for anew', async () => {
    for (const encoding of [undefined, 'br']) {
      expect((await read(asset, encoding)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
      for (const path of ['/console', '/console/deliveries'])
        expect((await read(path, encoding)).headers['cache-control']).toBe('no-cache');
    }
  });

  it('that are not there any more are not found, and nobody keeps the page for them', async () => {
    for (const path of ['/console/assets/deliveries-of-before.js', `${asset}.gz`]) {
      const { status, headers } = await read(path, 'br');
      expect([path, status, headers['cache-control']]).toEqual([path, 404, 'no-store']);
      expect(headers['content-type']).toContain('application/problem+json');
    }
  });
});
