import type { FastifyRequest } from 'fastify';
import { problemOf } from '../../http/problem.js';
import { os1Envelope } from './error-envelope.js';

const requestWith = (over: object = {}): FastifyRequest =>
  ({ url: '/core/api/v1/webhooks/apps', method: 'POST', headers: {}, id: 'r1', body: undefined, ...over }) as unknown as FastifyRequest;

const answerTo = (status: number, request = requestWith()) => os1Envelope(problemOf(status, 'code', 'Words.', 'r1'), request);

describe('a refusal to OS1', () => {
  it.each([
    [422, 400],
    [413, 400],
    [415, 400],
    [400, 400],
    [401, 401],
    [403, 403],
    [404, 404],
    [409, 409],
    [412, 409],
    [429, 429],
    [500, 500],
    [503, 503],
  ])('of status %i is %i', (status, shown) => expect(answerTo(status).status).toBe(shown));

  it('repeats the request: path and query apart, nothing where there is no body', () => {
    expect(answerTo(404, requestWith({ url: '/x?a=1?b', method: 'GET' })).body).toMatchObject({
      error: { code: 'code', description: 'Words.', additionalInfo: { errorTrace: [] } },
      request: { uri: '/x', queryString: 'a=1?b', method: 'GET', body: null },
    });
  });

  it('repeats no body of more than 16 KiB', () => {
    const bodyOf = (bytes: number): unknown => answerTo(422, requestWith({ body: { a: 1 }, rawBody: Buffer.alloc(bytes) })).body;
    expect(bodyOf(16_384)).toMatchObject({ request: { body: { a: 1 } } });
    expect(bodyOf(16_385)).toMatchObject({ request: { body: null } });
  });

  it('repeats the caller’s request id where it is harmless, and gives ours where it is not', () => {
    const idOf = (id: string): unknown => answerTo(404, requestWith({ headers: { 'x-coreos-request-id': id } })).headers;
    expect(idOf('019aa639-0361')).toEqual({ 'x-coreos-request-id': '019aa639-0361' });
    expect(idOf('a b')).toEqual({ 'x-coreos-request-id': 'r1' });
  });
});
