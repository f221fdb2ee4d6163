import { checkCustomHeaders, isHeaderValue } from './header-policy.js';
import type { HeaderSpec } from './subscription.js';

const header = (name: string, ...values: string[]): HeaderSpec => ({ name, values: values.length > 0 ? values : ['v'], secret: false });
const secret = (...values: string[]): HeaderSpec => ({ name: 'Authorization', values, secret: true });
const faults = (...headers: HeaderSpec[]) => checkCustomHeaders(headers, '/headers').map(({ path, code }) => `${path} ${code}`);

describe('custom headers are accepted', () => {
  it.each([
    header('X-Env', 'prod'),
    header('Content-Type', 'application/xml'),
    header('Cookie', 'a=b'),
    header('X-Many', 'a', 'b'),
    header('X-Empty', ''),
    header('X-Latin', 'caf\xe9\tx'),
    header('Department', '{/resource/department}'),
    header('X-Name', '{/user/имя} of {/resource/x}'),
    header("!#$%&'*+.^_`|~9"),
    header('x'.repeat(256)),
    header('X-Long', 'v'.repeat(4_096)),
    header('constructor', 'x'),
    secret('Bearer {/not/a/template}'),
  ])('%j', (spec) => {
    expect(faults(spec)).toEqual([]);
  });
});

describe('a header name is refused', () => {
  it.each(['', 'a b', 'a:b', 'a\rb', 'a\nb', 'a\0b', 'é', 'a/b', '{/x}', 'x'.repeat(257)])('%j', (name) => {
    expect(faults(header(name))).toEqual([expect.stringMatching(/ header_name_invalid$/)]);
  });

  it.each([
    ...[
      'Host',
      'Content-Length',
      'Transfer-Encoding',
      'Connection',
      'Keep-Alive',
      'Proxy-Authorization',
      'Proxy-Connection',
      'TE',
      'Trailer',
      'Upgrade',
      'Expect',
    ],
    ...[
      'Content-Encoding',
      'Accept-Encoding',
      'User-Agent',
      'Cookie2',
      'webhook-id',
      'Webhook-Signature',
      'X-Forwarded-For',
      'x-amz-security-token',
      'X-Goog-Foo',
    ],
    ...['Metadata-Flavor', 'Metadata', 'X-aws-ec2-metadata-token', 'X-aws-ec2-metadata-token-ttl-seconds', 'X-Google-Metadata-Request'],
    ...['X-Whisperer-Signature', 'Socotra-Signature', 'Socotra-Signature-Tag', 'Tidings-Anything', 'HOST', 'hOsT'],
  ])('because it is not the subscriber’s to set: %s', (name) => {
    expect(faults(header(name))).toEqual([`/headers/${name} header_forbidden`]);
  });
});

describe('a header value is refused', () => {
  it.each([
    'a\r\nX: y',
    'a\nb',
    'a\rb',
    'a\0b',
    'a\r\n folded',
    ' a',
    'a ',
    '\ta',
    'a\x7f',
    'a\x01',
    'naïve – dash',
    '\ue000',
    '{/x} ',
    '{/a\nb}',
    'v'.repeat(4_097),
  ])('%j', (value) => {
    expect(faults(header('X-A', value))).toEqual(['/headers/X-A header_value_invalid']);
  });

  it('when any of several is bad', () => {
    expect(faults(header('X-A', 'good', 'b\nad'))).toEqual(['/headers/X-A header_value_invalid']);
  });

  it('when there is none', () => {
    expect(faults({ name: 'X-A', values: [], secret: false })).toEqual(['/headers/X-A header_value_invalid']);
  });

  it('unless a secret header has exactly one', () => {
    expect(faults(secret())).toEqual(['/headers/Authorization header_value_invalid']);
    expect(faults(secret('a', 'b'))).toEqual(['/headers/Authorization header_value_invalid']);
    expect(faults(secret('a\r\nb'))).toEqual(['/headers/Authorization header_value_invalid']);
  });

  it('and never shown in the fault', () => {
    expect(JSON.stringify(checkCustomHeaders([secret('hush\n')], '/headers'))).not.toContain('hush');
  });
});

describe('all headers together', () => {
  const many = (count: number, value = 'v') => Array.from({ length: count }, (_, i) => header(`X-${String(i).padStart(2, '0')}`, value));

  it('may be 50 lines, not 51, however many names they have', () => {
    expect(faults(...many(50))).toEqual([]);
    expect(faults(...many(51))).toEqual(['/headers too_many_headers']);
    expect(faults(header('X-A', ...Array<string>(51).fill('v')))).toEqual(['/headers too_many_headers']);
  });

  it('may have 8 KiB, not a byte more', () => {
    expect(faults(...many(2, 'v'.repeat(4_092)))).toEqual([]);
    expect(faults(...many(2, 'v'.repeat(4_092)), header('Y', ''))).toEqual(['/headers headers_too_large']);
  });

  it('may not name one header in two cases', () => {
    expect(faults(header('X-Env'), header('x-env'))).toEqual(['/headers/x-env header_duplicate']);
  });
});

it('a rendered value is judged by the same rule', () => {
  expect(isHeaderValue('prod')).toBe(true);
  expect(isHeaderValue('a\r\nInjected: yes')).toBe(false);
  expect(isHeaderValue('zażółć')).toBe(false);
});
