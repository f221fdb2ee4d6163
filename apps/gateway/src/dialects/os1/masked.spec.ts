import { masked } from './masked.js';

describe('a repeated request body', () => {
  it('shows no member whose name tells a secret, at any depth and in any spelling', () => {
    const body = {
      webhook: { url: 'https://a', signatureKey: 's' },
      list: [{ signature_key: 's' }, { SECRET: { a: 's' } }],
      apiKey: 's',
      token: ['s'],
    };
    expect(JSON.stringify(masked(body))).not.toContain('"s"');
    expect(masked(body)).toMatchObject({
      webhook: { url: 'https://a', signatureKey: '***' },
      list: [{ signature_key: '***' }, { SECRET: '***' }],
    });
  });

  it('shows no user info of a URL', () => {
    expect(masked(['https://user:pass@host/a@b', 'see //u@h and //v@i'])).toEqual(['https://***@host/a@b', 'see //***@h and //***@i']);
  });

  it('is otherwise as it came', () => {
    const body = { events: ['a', 1, null, true], name: 'x@y', nested: { permissions: [] } };
    expect(masked(body)).toEqual(body);
  });
});
