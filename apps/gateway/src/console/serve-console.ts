import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

const PREFIX = '/console/';
const ASSETS = `${PREFIX}assets/`;
const YEAR_SECONDS = 31_536_000;

/**
 * Only what the page brings along may run, and it may talk to its own gateway alone. React sets styles through the object model, which the
 * policy allows.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the built console at /console. Every path under it that names no file is a screen: the page finds out which. Not so under assets/.
 * Returns false where there is no build in the folder; then there is no console.
 */
export async function serveConsole(fastify: FastifyInstance, folder: string): Promise<boolean> {
  if (!existsSync(join(folder, 'index.html'))) return false;
  await fastify.register(fastifyStatic, {
    root: folder,
    prefix: PREFIX,
    wildcard: false,
    index: false,
    decorateReply: true,
    // As the build has compressed them, to who takes that.
    preCompressed: true,
    globIgnore: ['**/*.gz', '**/*.br'],
    cacheControl: false,
    setHeaders,
  });
  const sendPage = (_: unknown, reply: FastifyReply): FastifyReply => reply.sendFile('index.html');
  fastify.get('/console', sendPage);
  // Of a build before this one. The page in its place would be taken for a script, and kept for one.
  fastify.get(`${ASSETS}*`, (_, reply) => reply.callNotFound());
  fastify.get(`${PREFIX}*`, sendPage);
  return true;
}

/** The names of scripts and styles carry a digest of what is in them: they never change. */
function setHeaders(reply: FastifyReply, path: string): void {
  const isNamedByContent = path.includes('/assets/');
  void reply.headers({
    'content-security-policy': POLICY,
    'cache-control': isNamedByContent ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
  });
}
