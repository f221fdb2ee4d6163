import { parseAllowList } from './address-policy.js';
import { checkEndpointUrl, type UrlPolicy } from './url-policy.js';

const open: UrlPolicy = { allowHttp: true, allow: parseAllowList([]) };
const strict: UrlPolicy = { ...open, allowHttp: false };
const lab: UrlPolicy = { allowHttp: true, allow: parseAllowList(['127.0.0.10/32', 'fd00::/8']) };

const code = (url: string, policy: UrlPolicy = open) => checkEndpointUrl(url, policy)?.code ?? 'ok';

describe('an endpoint URL is accepted', () => {
  it.each([
    'https://example.com',
    'https://hooks.example.com/a/b?c=d',
    'HTTPS://EXAMPLE.COM/',
    'https://example.com./x',
    'https://example.com:443/',
    'https://example.com:1024/',
    'https://example.com:8443/',
    'https://example.com:65535/',
    'https://8.8.8.8/hook',
    'https://[2606:4700:4700::1111]/hook',
    'https://bücher.example/',
    'https://xn--bcher-kva.example/',
    'https://раypal.com/',
    'https://example.com/%0d%0a',
    'https://example.com/ünïcode',
    'https://127.0.0.1.nip.io/',
    'https://1password.com/',
    'https://a--b.example.com/',
    'https://example.com/{/resource/id}',
    'https://example.com/{ /resource/sys.id }/x?q={/event/name}&r={/a#b}',
    'https://example.com?q={/event/name}',
    'https://example.com/{{/literal}',
    `https://${'a'.repeat(63)}.com/`,
    `https://example.com/${'a'.repeat(8_192 - 20)}`,
  ])('%s', (url) => {
    expect(code(url, strict)).toBe('ok');
  });

  it('over plain http only where the deployment allows it', () => {
    expect(code('http://example.com/', open)).toBe('ok');
    expect(code('http://example.com/', strict)).toBe('url_https_required');
  });

  it('with a private address only where the allow list holds it, and then on any port from 1024 up', () => {
    expect(code('http://127.0.0.10:9000/', lab)).toBe('ok');
    expect(code('http://127.0.0.10:5432/', lab)).toBe('ok');
    expect(code('http://127.0.0.10:1023/', lab)).toBe('url_port');
    expect(code('http://127.0.0.10/', lab)).toBe('ok');
    expect(code('http://[fd00::1]:6379/', lab)).toBe('ok');
    expect(code('http://127.0.0.66:9000/', lab)).toBe('url_blocked_address');
    expect(code('http://8.8.8.8:5432/', lab)).toBe('url_port');
  });
});

const refusals: Record<string, string[]> = {
  url_scheme: [
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    'unix:/run/x.sock',
    'gopher://example.com',
    '',
    'example.com/x',
    '//example.com',
    '/x',
    'httpss://example.com',
  ],
  url_userinfo: [
    'http://u:p@example.com/',
    'http://good.com@169.254.169.254/',
    'https://u@example.com',
    'https://@example.com',
    'https:u@example.com',
  ],
  url_blocked_address: [
    ...[
      'http://2130706433',
      'http://0x7f000001',
      'http://0177.0.0.1',
      'http://127.1',
      'http://127.0.0.1.',
      'http://0',
      'http:127.0.0.1',
      'http:\\\\127.0.0.1',
      'http:///127.0.0.1',
    ],
    ...[
      'http://①②⑦.0.0.1',
      'http://127。0。0。1',
      'http://%31%32%37.0.0.1',
      'http://loc%61lhost',
      'http://127.0.0.1:8080/x',
      'http://2130706433/{/a}',
    ],
    ...[
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::1]',
      '[2002:7f00:1::]',
    ].map((host) => `https://${host}/`),
    ...['[2001:0::1]', '[fc00::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[5f00::1]', '[3fff::1]'].map(
      (host) => `https://${host}/`,
    ),
    ...[
      '10.0.0.1',
      '172.16.0.1',
      '192.168.0.1',
      '100.64.0.1',
      '169.254.169.254',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
    ].map((host) => `https://${host}/`),
    ...['203.0.113.1', '192.88.99.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '0.1.2.3'].map((host) => `https://${host}/`),
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'x.internal', 'printer.local', 'metadata.google.internal'].map(
      (host) => `https://${host}/`,
    ),
    ...['kubernetes.default.svc', 'kubernetes', 'metadata', 'gateway.tidings.svc', 'x.svc.cluster.local'].map((host) => `https://${host}/`),
  ],
  url_host: [
    ...[
      'https://intranet/',
      'https://a..b/',
      'https://-a.com/',
      'https://a-.com/',
      'https://a_b.com/',
      `https://${'a'.repeat(64)}.com/`,
      `https://${'a.'.repeat(126)}aa/`,
      'https://a.com../',
    ],
    ...[
      'https://[fe80::1%25eth0]/',
      'https://xn--a.com/',
      'https://xn--.com/',
      'https://xn--a-ecp.ru-xn--/',
      'https://*.example.com/',
      'https://256.1.1.1/',
      'https://',
      'https:///',
    ],
    ...['https:example.com', 'https:/example.com', 'https:///example.com', 'https://exa%40mple.com/', 'https://a.%00.com/'],
  ],
  url_port: [
    'https://example.com:0/',
    'https://example.com:22/',
    'https://example.com:25/',
    'https://example.com:53/',
    'https://example.com:6379/',
    'https://example.com:5432/',
  ].concat([
    'https://example.com:1023/',
    'https://example.com:65536/',
    'https://example.com:8080:90/',
    'https://example.com:3306/{/a}',
    'https://example.com:-1/',
    'https://[2606:4700::1]:x/',
  ]),
  url_invalid_character: [
    ...[
      'https://exa\nmple.com',
      'https://exa\tmple.com',
      'https://exa\rmple.com',
      'https://example.com/\0',
      'https://example.com/a b',
      ' https://example.com',
      'https://example.com/ ',
    ],
    ...[
      'https://example.com\\@127.0.0.1/',
      'https://example.com/a\\b',
      'https:\\\\example.com',
      'https://exa\u00admple.com/',
      'https://example.com/\u200b',
      'https://example.com/\ud800',
    ],
    ...['https://example.com/\ue000', 'https://example.com/{/a\nb}', 'https://example.com/\u2028', 'https://example.com/\u007f'],
  ],
  url_fragment: ['https://example.com/#x', 'https://example.com/#', 'https://example.com#{/a}'],
  url_too_long: [`https://example.com/${'a'.repeat(8_192 - 19)}`, `https://example.com/${'ü'.repeat(4_100)}`],
  template_in_authority: [
    ...[
      'https://{/resource/host}/x',
      'https://{/t}.evil.com/',
      'https://example.com:{/port}/',
      'https://{/user}@example.com/',
      '{/resource/}',
      '{/scheme}://example.com',
      'http{/s}://example.com',
    ],
    ...['https://{{host}}/', 'https://${host}/', 'https:///{/a}/x', 'https:{/a}', 'https://example.com{/a}', 'https://\\{/a}'],
  ],
};

describe.each(Object.entries(refusals))('an endpoint URL is refused with %s', (expected, urls) => {
  it.each(urls)('%j', (url) => {
    expect(code(url)).toBe(expected);
  });
});

describe('an endpoint URL that points back at us', () => {
  const policy: UrlPolicy = { ...lab, selfHosts: ['hooks.example.com', '127.0.0.10:3000', '[fd00::1]:443'] };

  it.each(['https://hooks.example.com/v1/events', 'https://HOOKS.example.com.:8443/', 'http://127.0.0.10:3000/', 'https://[fd00:0::1]/'])(
    'is refused: %s',
    (url) => {
      expect(code(url, policy)).toBe('url_self');
    },
  );

  it.each(['https://example.com/', 'https://x.hooks.example.com/', 'http://127.0.0.10:3001/', 'http://[fd00::1]:8443/'])(
    'is not any other: %s',
    (url) => {
      expect(code(url, policy)).toBe('ok');
    },
  );
});

it('names the field that was asked about', () => {
  expect(checkEndpointUrl('ftp://x', open)?.path).toBe('/url');
  expect(checkEndpointUrl('ftp://x', open, '/failureHandling/alertEndpoint/url')?.path).toBe('/failureHandling/alertEndpoint/url');
});
