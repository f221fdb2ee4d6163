import { FAILURE_CODES } from '#domain/send-result.js';
import { resultClass } from './result-class.js';

const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 };

describe('the class of a result', () => {
  it.each([
    [204, '2xx'],
    [301, '3xx'],
    [410, '4xx'],
    [599, '5xx'],
  ])('of a %d is %s', (status, expected) => {
    const result = { kind: 'response', status, headers: {}, bodyPrefix: Buffer.alloc(0), truncated: false, timings } as const;
    expect(resultClass(result)).toBe(expected);
  });

  it('is one of few, whatever the failure', () => {
    const classes = new Set(FAILURE_CODES.map((code) => resultClass({ kind: 'failure', code, message: '', timings })));
    expect([...classes].sort()).toEqual([
      'auth',
      'blocked',
      'connection',
      'dns',
      'protocol',
      'response',
      'template',
      'timeout',
      'tls',
      'url',
    ]);
  });
});
