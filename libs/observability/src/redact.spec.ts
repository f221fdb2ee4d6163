import { Writable } from 'node:stream';
import { createLogger } from './logger.js';

const SECRET = 'canary-1f9d';

function logged(fields: object): string {
  let lines = '';
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => ((lines += chunk.toString()), done()) });
  createLogger('test', 'info', sink).info(fields, 'thing.happened');
  return lines;
}

describe('the log', () => {
  it.each([
    { authorization: `Bearer ${SECRET}` },
    { headers: { Authorization: SECRET, Cookie: SECRET, 'set-cookie': [SECRET], 'webhook-signature': SECRET, 'x-api-key': SECRET } },
    { deep: [{ clientSecret: { value: SECRET } }] },
    { accessToken: SECRET, password: SECRET },
    { url: `https://user:${SECRET}@example.com/x` },
    { err: new Error(`cannot reach postgres://app:${SECRET}@db:5432/x`) },
    { err: new Error('outer', { cause: new Error(`https://${SECRET}@host`) }) },
    { body: Buffer.from(SECRET) },
    { url: `https://example.com/hook?token=${SECRET}&x=1` },
    { err: new Error(`POST https://example.com/hook?token=${SECRET} was refused`) },
    { detail: `the header was "Bearer ${SECRET}", then Basic ${SECRET}` },
    { detail: `the secret is whsec_${SECRET}, the key is tdg_live_01KAK3J0V1QH6E6T2C0X8ZC3VB_${SECRET}` },
  ])('never holds a secret: case %#', (fields) => {
    const line = logged(fields);
    expect(line).toContain('thing.happened');
    expect(line).not.toContain(SECRET);
  });

  it('keeps what is no secret, and tells what an error was', () => {
    const error = Object.assign(new TypeError('boom'), { code: '42P01' });
    const line = JSON.parse(logged({ err: error, status: 500, hasSecret: true, settings: { SECRET_KEYS: 'set' } })) as Record<
      string,
      unknown
    >;
    expect(line).toMatchObject({
      level: 'info',
      service: 'test',
      event: 'thing.happened',
      status: 500,
      hasSecret: true,
      settings: { SECRET_KEYS: 'set' },
    });
    expect(line['err']).toMatchObject({ type: 'TypeError', code: '42P01', message: 'boom' });
  });

  it('leaves the rest of a text as it was', () => {
    const detail = 'GET https://example.com/a/b#c? failed; a basic rule, bearer of news: why?';
    expect(JSON.parse(logged({ detail }))).toMatchObject({ detail });
  });

  it('survives a value that holds itself', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    expect(logged({ loop })).toContain('…');
  });
});
