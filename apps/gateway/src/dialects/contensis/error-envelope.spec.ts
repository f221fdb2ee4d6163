import { ulidOf } from '#domain/ids.js';
import { problemOf } from '../../http/problem.js';
import { contensisError } from './error-envelope.js';

describe('an Error of Contensis', () => {
  const UUID = '019aa639-0361-7444-9368-4c07d1f61f6b';
  const answer = (status: number, code: string, errors: [path: string, code: string][] = [], requestId = ulidOf(UUID)) =>
    contensisError(
      problemOf(
        status,
        code,
        'Why.',
        requestId,
        errors.map(([path, fault]) => ({ path, code: fault, message: 'Wrong.' })),
      ),
    );

  it('names the request of our log by the uuid of the same bits, and any other request id by a uuid of its own', () => {
    expect(answer(404, 'not_found')).toEqual({
      status: 404,
      contentType: 'application/json; charset=utf-8',
      body: { logId: UUID, message: 'Why.', data: [], type: 'NotFound' },
    });
    expect(answer(404, 'not_found', [], UUID.toUpperCase()).body).toMatchObject({ logId: UUID });
    const others = ['r1', 'r2', 'r1'].map((id) => (answer(404, 'not_found', [], id).body as { logId: string }).logId);
    expect(others[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([others[0] === others[1], others[0] === others[2]]).toEqual([false, true]);
  });

  it('is 400 for a payload of the wrong shape, and 422 Validation with its fields for one that says what cannot be', () => {
    expect(answer(422, 'required', [['/name', 'required']])).toMatchObject({
      status: 400,
      body: { type: 'BadRequest', data: [{ field: 'name' }] },
    });
    const mixed = answer(422, 'invalid', [
      ['/topics/0/event/1', 'unknown_event'],
      ['/name', 'required'],
    ]);
    expect(mixed).toMatchObject({
      status: 422,
      body: { type: 'Validation', data: [{ field: 'topics.0.event.1', message: 'Wrong.' }, { field: 'name' }] },
    });
    expect(answer(422, 'invalid')).toMatchObject({ status: 422 });
  });

  it('of a version that is not the latest is a validation error of its number', () => {
    expect(answer(412, 'stale_version')).toMatchObject({
      status: 422,
      body: { type: 'Validation', data: [{ field: 'version.versionNo', message: 'This is not the latest. Why.' }] },
    });
  });

  it('tells our own failures as an Error', () => {
    expect(answer(500, 'internal_error')).toMatchObject({ status: 500, body: { type: 'Error' } });
  });
});
