import { itRefuses, type Refused } from '../support/refusals.js';
import { startTarget, type Target } from './target.js';

const WHERE = ['POST /v1/subscriptions', 'POST /v1/subscriptions (alert)', 'POST /v1/apps'] as const;

/** The same url wherever one may be given: a subscription's, its alert endpoint's, an app's. */
function everywhere(row: number, code: string, urls: string[]): Refused[] {
  return urls.flatMap((url) =>
    WHERE.map((to): Refused => {
      const what = JSON.stringify(url).slice(0, 80);
      if (to === 'POST /v1/apps') return { row, what, to, body: { name: 'a', baseUrl: url }, status: 422, code, at: '/baseUrl' };
      if (to === 'POST /v1/subscriptions') return { row, what, to, body: { name: 'n', url }, status: 422, code, at: '/url' };
      const body = { name: 'n', url: 'https://example.com/', failureHandling: { alertEndpoint: { url } } };
      return {
        row,
        what: `${what} for alerts`,
        to: 'POST /v1/subscriptions',
        body,
        status: 422,
        code,
        at: '/failureHandling/alertEndpoint/url',
      };
    }),
  );
}

const subscribed = (row: number, code: string, urls: string[]): Refused[] => everywhere(row, code, urls).filter(({ at }) => at === '/url');
const at = (hosts: string[]): string[] => hosts.map((host) => `https://${host}/hook`);

describe('the url of an endpoint, in production', () => {
  let target: Target;
  beforeAll(
    async () => (target = await startTarget({ EGRESS_ALLOW_CIDRS: '', EGRESS_ALLOW_HTTP: 'false', PUBLIC_HOSTS: 'hooks.tidings.example' })),
  );

  itRefuses(
    () => target,
    [
      ...everywhere(58, 'url_scheme', [
        'ftp://example.com/',
        'file:///etc/passwd',
        'javascript:alert(1)',
        'data:,x',
        'unix:/var/run/docker.sock',
        'gopher://example.com/',
      ]),
      ...everywhere(59, 'url_https_required', ['http://example.com/hook']),
      ...everywhere(60, 'url_userinfo', ['https://u:p@example.com/', 'https://good.com@169.254.169.254/', 'https://u@example.com/']),
      ...everywhere(61, 'url_blocked_address', [
        ...['http://2130706433', 'http://0x7f000001', 'http://0177.0.0.1', 'http://127.1', 'http://127.0.0.1.', 'http://0'],
        ...['http:127.0.0.1', 'http:\\\\127.0.0.1', 'http:///127.0.0.1'],
      ]),
      ...subscribed(62, 'url_blocked_address', at(['①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1', 'loc%61lhost'])),
      ...subscribed(
        63,
        'url_blocked_address',
        at([
          ...[
            '[::1]',
            '[::]',
            '[::ffff:127.0.0.1]',
            '[::ffff:a9fe:a9fe]',
            '[::127.0.0.1]',
            '[64:ff9b::7f00:1]',
            '[64:ff9b:1::1]',
            '[2002:7f00:1::]',
          ],
          ...['[2001:0::1]', '[fc00::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[5f00::1]', '[3fff::1]'],
        ]),
      ),
      ...subscribed(64, 'url_host', at(['[fe80::1%25eth0]'])),
      ...subscribed(
        65,
        'url_blocked_address',
        at([
          ...[
            '10.0.0.1',
            '172.16.0.1',
            '172.31.255.255',
            '192.168.1.1',
            '100.64.0.1',
            '169.254.169.254',
            '192.0.0.1',
            '192.0.2.1',
            '198.18.0.1',
          ],
          ...['198.51.100.1', '203.0.113.1', '192.88.99.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '0.1.2.3'],
        ]),
      ),
      ...subscribed(
        66,
        'url_blocked_address',
        at([
          'localhost',
          'LOCALHOST',
          'localhost.',
          'a.localhost',
          'db.internal',
          'printer.local',
          'metadata.google.internal',
          'kubernetes.default.svc',
        ]),
      ),
      ...subscribed(67, 'url_host', at(['single', 'a..b', '-a.com', `${'a'.repeat(64)}.com`, `${'a.'.repeat(127)}com`, 'a_b.com'])),
      ...subscribed(68, 'url_host', at(['xn--.com', 'xn--a\u00e4.com'])),
      ...subscribed(
        69,
        'url_port',
        at([
          'example.com:0',
          'example.com:22',
          'example.com:25',
          'example.com:53',
          'example.com:6379',
          'example.com:5432',
          'example.com:65536',
          'example.com:8080:90',
        ]),
      ),
      ...subscribed(70, 'url_invalid_character', [
        'https://exa\nmple.com/',
        'https://example.com/a b',
        'https://example.com/\t',
        ' https://example.com/',
        'https://exa\u200bmple.com/',
      ]),
      ...subscribed(71, 'url_fragment', ['https://example.com/#here']),
      ...everywhere(72, 'url_self', at(['hooks.tidings.example', 'HOOKS.tidings.example.:8443'])),
      ...subscribed(78, 'template_in_authority', [
        'https://{/resource/host}/',
        'https://{/t}.evil.com/',
        '{/scheme}://example.com/',
        'https://example.com:{/port}/',
        'https://example.com{/port}/',
      ]),
      ...subscribed(80, 'template_forbidden_name', ['https://example.com/{/constructor/name}', 'https://example.com/{/a/__proto__}']),
      ...subscribed(79, 'url_invalid', ['https://example.com/../x', 'https://example.com/a/./b', 'https://example.com/%2e%2e/x']),
    ],
  );

  it.each([
    [67, 'https://hooks.example.com:8443/a/{/resource/id}?b={/event/type}'],
    [68, 'https://bücher.example.com/'],
    [70, 'https://example.com/%20'],
    [71, 'https://example.com/%0d%0a'],
    [73, 'https://169.254.169.254.nip.io/'],
    [78, 'https://example.com/{/resource/a}/b?c={/data/d}'],
  ])('row %i: may be %s', async (_, url) => {
    const { status, body } = await target.tenant.send<{ url: string }>('POST', '/v1/subscriptions', { body: { name: 'n', url } });
    expect([status, body.url]).toEqual([201, url]);
  });
});
