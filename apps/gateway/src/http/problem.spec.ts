import { DomainError, invalid, invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { HttpException, NotFoundException } from '@nestjs/common';
import { refusalOf } from './problem.js';

const answer = (error: unknown) => refusalOf(error, 'req-1');

describe('a refusal', () => {
  it('is told with its code, its sentence and its faulty members', () => {
    const { problem, fault } = answer(invalidField('/name', 'required', 'name is required.'));
    expect(problem).toEqual({
      type: 'urn:tidings:problem:required',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'required',
      detail: 'name is required.',
      errors: [{ path: '/name', code: 'required', message: 'name is required.' }],
      requestId: 'req-1',
    });
    expect(fault).toBeUndefined();
  });

  it('has no list of errors where there are none', () => {
    expect(answer(new DomainError('not_found', 'Nothing here.')).problem).not.toHaveProperty('errors');
  });

  it('tells of very many faults the first, and of a very long path the beginning', () => {
    const fault = (path: string) => ({ path, code: 'unknown_field', message: 'Unknown.' });
    const { max } = LIMITS.errorsTold;
    expect(answer(invalid(Array.from({ length: max }, () => fault('/a')))).problem.errors).toHaveLength(max);
    expect(answer(invalid(Array.from({ length: max + 1 }, () => fault('/a')))).problem.errors).toHaveLength(max);
    expect(answer(invalid([fault(`/${'a'.repeat(100_000)}`)])).problem.errors?.[0]?.path).toHaveLength(1_024);
  });

  it('of the database being away asks to come back, and is logged', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' });
    const { problem, fault } = answer(away);
    expect(problem).toMatchObject({ status: 503, code: 'storage_unavailable' });
    expect(JSON.stringify(problem)).not.toContain('10.0.0.5');
    expect(fault).toBe(away);
  });

  it('of the HTTP layer keeps its status and loses its words', () => {
    const { problem } = answer(new NotFoundException('Cannot GET /<script>'));
    expect(problem).toMatchObject({ status: 404, code: 'not_found' });
    expect(problem.detail).not.toContain('script');
    expect(answer(new HttpException('x', 413)).problem.code).toBe('payload_too_large');
    expect(answer(Object.assign(new Error('FST_ERR'), { statusCode: 414 })).problem).toMatchObject({ status: 414, code: 'uri_too_long' });
  });
});

describe('our own failure', () => {
  it.each([
    new Error('relation "secrets" does not exist'),
    new DomainError('secret_unreadable', 'A stored secret cannot be decrypted.'),
    new DomainError('vault_broken', 'The key "k1" failed.'),
    'a string',
    null,
    undefined,
  ])('%s is 500 without a word of what it was', (error) => {
    const { problem } = answer(error);
    expect(problem).toEqual({
      type: 'urn:tidings:problem:internal_error',
      title: 'Internal Server Error',
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong on our side. The request id names it in our log.',
      requestId: 'req-1',
    });
  });

  it('is handed on to be logged', () => {
    const error = new Error('boom');
    expect(answer(error).fault).toBe(error);
  });
});
