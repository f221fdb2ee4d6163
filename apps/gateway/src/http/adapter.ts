import { LIMITS } from '#domain/limits.js';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { useJsonBodies } from './json-body.js';
import { problemOf, PROBLEM_TYPE, refusalOf } from './problem.js';
import { newRequestId, requestIdOf } from './request-id.js';
import { sendProblem } from './send-problem.js';
import { codeOfStatus, titleOf } from './status-of.js';

/** Milliseconds. An idle connection outlives the load balancer's own limit (60 s as a rule), so that it is never closed under a request. */
const TIMEOUTS = { request: 30_000, headers: 10_000, keepAlive: 75_000, check: 2_000 };
const MAX_HEADER_BYTES = 16 * 1024;
/** A percent-encoded name of the longest kind. */
const MAX_PARAM_CHARS = 1_024;

/**
 * The HTTP server with every limit stated; what it refuses by itself is answered like everything else. `trustedProxies` are addresses and
 * CIDRs: what any other neighbour says of whom it speaks for (X-Forwarded-For) is not heard.
 */
export function createAdapter(trustedProxies: readonly string[] = []): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: LIMITS.eventBodyBytes.max,
    requestTimeout: TIMEOUTS.request,
    keepAliveTimeout: TIMEOUTS.keepAlive,
    http: { headersTimeout: TIMEOUTS.headers, connectionsCheckingInterval: TIMEOUTS.check, maxHeaderSize: MAX_HEADER_BYTES },
    // Of the dialects' clients some end every path with a slash (Akinon's) and some do both (Contensis').
    routerOptions: { maxParamLength: MAX_PARAM_CHARS, caseSensitive: true, ignoreTrailingSlash: true },
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
    done();
  });
  useJsonBodies(fastify);
  return adapter;
}

/** The API only serves data: nothing in it may be framed, sniffed or cached. The documentation's pages may load what is theirs. */
function writeHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const isPage = request.url === '/docs' || request.url.startsWith('/docs/');
  void reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'cache-control': 'no-store',
    'content-security-policy': isPage
      ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
      : "default-src 'none'; frame-ancestors 'none'",
  });
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
