import { DomainError, invalidField } from '#domain/errors.js';
import { findInvalidText } from '#domain/json/invalid-text.js';
import { type JsonScan, scanJson } from '#domain/json/scan.js';
import { LIMITS } from '#domain/limits.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findInfinity } from './find-infinity.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes as they came; absent without a body. */
    rawBody?: Buffer;
    /** What the scanner found in them. */
    jsonScan?: JsonScan;
  }
}

const MEDIA_TYPE = /^application\/(?:cloudevents\+)?json[\t ]*(?:;|$)/i;
const FORM = /^application\/x-www-form-urlencoded[\t ]*(?:;|$)/i;
const CHARSET = /;[\t ]*charset[\t ]*=[\t ]*"?([^";]*)/i;

const unsupported = (message: string): DomainError => new DomainError('unsupported_media_type', message);

/**
 * The only two media types there are (forms aside, on routes that ask for them), read by our own scanner: the bytes are kept (`request.rawBody`) with what the scan found
 * (`request.jsonScan`), and JSON.parse only sees what has passed. Call it before any route is added.
 */
export function useJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRoute', (route) => {
    if (route.config?.maxBodyBytes !== undefined) route.bodyLimit = route.config.maxBodyBytes;
  });
  fastify.addHook('onRequest', (request, _reply, done) => done(refusedHeaders(request) ?? undefined));
  const types = ['application/json', 'application/cloudevents+json'];
  fastify.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit: LIMITS.eventBodyBytes.max }, (request, body: Buffer, done) => {
    try {
      done(null, readBody(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    try {
      done(null, readForm(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** A form: texts by name, of a repeated name a list. */
function readForm(body: Buffer): Record<string, string | string[]> {
  const params = new URLSearchParams(body.toString('utf8'));
  const names = [...new Set(params.keys())];
  const form = Object.fromEntries(
    names.map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
  const invalid = findInvalidText(form);
  if (invalid) throw invalidField(invalid.path, 'invalid_character', 'Text may not hold U+0000.');
  return form;
}

/** What the headers already tell, so that the body need not be read. */
function refusedHeaders(request: FastifyRequest): DomainError | null {
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length, 'transfer-encoding': transfer } = request.headers;
  if (transfer === undefined && (length === undefined || length === '0')) return null;
  if (encoding !== undefined && encoding !== 'identity') return unsupported('The body may not be encoded (Content-Encoding).');
  if (type === undefined) return null;
  const isForm = FORM.test(type) && request.routeOptions.config.formBody === true;
  if (!MEDIA_TYPE.test(type) && !isForm) return unsupported('The body must be application/json or application/cloudevents+json.');
  const charset = CHARSET.exec(type)?.[1]?.trim().toLowerCase();
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' ? null : unsupported('The body must be in UTF-8.');
}

function readBody(request: FastifyRequest, body: Buffer): unknown {
  const isOpaque = request.routeOptions.config.opaquePayload === true;
  // No body at all: whether one is needed is for the route to say.
  if (body.length === 0 && !isOpaque) return undefined;
  request.rawBody = body;
  request.jsonScan = scanJson(body, isOpaque ? { maxMembers: Number.MAX_SAFE_INTEGER } : {});
  // Whoever takes an opaque payload reads the bytes themselves.
  if (isOpaque) return undefined;
  const value: unknown = JSON.parse(body.toString('utf8'));
  refuseUnstorable(request.jsonScan, value);
  return value;
}

/** Postgres can hold neither U+0000, half a surrogate pair, nor a number that JSON.parse reads as infinite. */
function refuseUnstorable(scan: JsonScan, value: unknown): void {
  if (scan.hasNul || scan.hasLoneSurrogate) {
    const path = findInvalidText(value)?.path ?? '';
    throw invalidField(path, 'invalid_character', 'Text may hold neither U+0000 nor half a surrogate pair.');
  }
  if (findInfinity(value)) throw invalidField('', 'invalid_value', 'A number is too large to be stored.');
}
