import { DomainError } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { useJsonBodies } from './json-body.js';
import { problemOf, PROBLEM_TYPE, refusalOf } from './problem.js';
import { newRequestId, requestIdOf } from './request-id.js';
import { sendProblem } from './send-problem.js';
import { codeOfStatus, titleOf } from './status-of.js';

/** An idle connection outlives the load balancer's own limit (60 s as a rule), so that it is never closed under a request. */
const KEEP_ALIVE_MS = 75_000;
/** How often node looks for requests that take too long to arrive. */
const CHECK_MS = 2_000;

/**
 * The HTTP server with every limit stated; what it refuses by itself is answered like everything else. `trustedProxies` are addresses and
 * CIDRs: what any other neighbour says of whom it speaks for (X-Forwarded-For) is not heard.
 */
export function createAdapter(trustedProxies: readonly string[] = []): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: LIMITS.eventBodyBytes.max,
    requestTimeout: LIMITS.requestMs.max,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: LIMITS.requestHeadersMs.max,
      connectionsCheckingInterval: CHECK_MS,
      // Node refuses this many and takes one fewer.
      maxHeaderSize: LIMITS.requestHeadersBytes.max + 1,
      // Node's own refusal of a request for no host has no body; ours is in namesHost.
      requireHostHeader: false,
    },
    // Of the dialects' clients some end every path with a slash (Akinon's) and some do both (Contensis').
    routerOptions: { maxParamLength: LIMITS.pathParamChars.max, caseSensitive: true, ignoreTrailingSlash: true },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestIdHeader: false,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    // Requests on open connections are still served while the process stops.
    return503OnClosing: false,
    skipMiddie: true,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      writeHeaders(request, reply);
      sendProblem(refusalOf(error, request.id).problem, reply);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.addHook('onRequest', (request, reply, done) => {
    writeHeaders(request, reply);
    done(namesHost(request) ? undefined : new DomainError('bad_request', 'A request names one host (RFC 9112, 3.2).'));
  });
  useJsonBodies(fastify);
  return adapter;
}

/**
 * The API only serves data: nothing in it may be framed, sniffed or cached. The documentation's pages may load what is theirs.
 * Strict-Transport-Security is for whoever ends TLS in front of us: it speaks for a host name, and we speak plain HTTP.
 */
function writeHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const isPage = request.url === '/docs' || request.url.startsWith('/docs/');
  void reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    'content-security-policy': isPage
      ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
      : "default-src 'none'; frame-ancestors 'none'",
  });
}

/** Exactly one host, but for HTTP/1.0, which knows none. Of two Node would silently take the first. */
function namesHost({ raw }: FastifyRequest): boolean {
  const { length } = raw.headersDistinct['host'] ?? [];
  return length === 1 || (length === 0 && raw.httpVersion !== '1.1');
}

const statusOfClientError = (code: string | undefined): number => {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
};

/** Bytes that are no HTTP request never become one; the answer is written by hand. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOfClientError(error.code);
  const id = newRequestId();
  const body = JSON.stringify(problemOf(status, codeOfStatus(status), `${titleOf(status)}.`, id));
  const head = [
    `HTTP/1.1 ${status} ${titleOf(status)}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
