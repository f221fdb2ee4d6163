import { ErrorEnvelopes, problemEnvelope } from './error-envelopes.js';
import { problemOf } from './problem.js';

describe('the shape of a refusal', () => {
  const own = () => ({ status: 422, contentType: 'application/json', body: 'own' });

  it('is a dialect’s own under its base path, and problem+json everywhere else', () => {
    const envelopes = new ErrorEnvelopes();
    envelopes.use('/event/', own);
    expect(envelopes.of('/event/t/webhooks?x=1')).toBe(own);
    for (const url of ['/v1/events', '/events/x', '/event', '/v1/event/']) expect(envelopes.of(url)).toBe(problemEnvelope);
  });

  it('is the problem as it stands, under its own status, where no dialect speaks', () => {
    const problem = problemOf(404, 'not_found', 'Nothing.', 'r1');
    expect(problemEnvelope(problem)).toEqual({ status: 404, contentType: 'application/problem+json; charset=utf-8', body: problem });
  });
});
