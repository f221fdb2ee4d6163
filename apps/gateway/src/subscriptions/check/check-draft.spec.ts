import { parseAllowList } from '#domain/address-policy.js';
import { LIMITS } from '#domain/limits.js';
import type { SubscriptionFields } from '../subscription-fields.js';
import { toDraft } from '../to-draft.js';
import { checkDraft } from './check-draft.js';

const POLICY = { allowHttp: false, allow: parseAllowList([]) };
const STORED = { headers: new Set(['authorization']), clientCertificate: null, alertHeaders: new Set<string>() };

const faultsOf = (fields: Partial<SubscriptionFields>, stored = STORED) =>
  checkDraft(toDraft({ name: 'n', url: 'https://e.example.com/hooks', ...fields }), POLICY, stored).map(
    ({ path, code }) => `${path} ${code}`,
  );

const alert = (alertEndpoint: NonNullable<SubscriptionFields['failureHandling']>['alertEndpoint']) => ({
  failureHandling: { alertEndpoint },
});

/** `n` levels of one operation. */
const nested = (n: number): unknown => (n === 0 ? true : { '!': [nested(n - 1)] });

describe('a subscription is refused', () => {
  const refusals: [string, Partial<SubscriptionFields>, string][] = [
    ['for a scheme that is not http', { url: 'ftp://e.example.com' }, '/url url_scheme'],
    ['for plain http', { url: 'http://e.example.com' }, '/url url_https_required'],
    ['for credentials in its url', { url: 'https://u:p@e.example.com' }, '/url url_userinfo'],
    ['for an address in disguise', { url: 'https://2130706433' }, '/url url_blocked_address'],
    ['for an internal name', { url: 'https://metadata.google.internal' }, '/url url_blocked_address'],
    ['for a templated host', { url: 'https://{/resource/host}/' }, '/url template_in_authority'],
    ['for a url that is one placeholder', { url: '{/resource/}' }, '/url template_in_authority'],
    ['for an unclosed placeholder in its url', { url: 'https://e.example.com/{/a' }, '/url template_unclosed'],
    ['for a header that is ours', { headers: { 'webhook-id': 'x' } }, '/headers/webhook-id header_forbidden'],
    ['for a line break in a header', { headers: { A: 'a\r\nb' } }, '/headers/A header_value_invalid'],
    ['for the same header in two cases', { headers: { A: '1', a: '2' } }, '/headers/a header_duplicate'],
    ['for a secret header without a value', { headers: { 'X-Key': { secret: true } } }, '/headers/X-Key header_value_missing'],
    ['for a pointer into a prototype', { headers: { A: '{/event/__proto__}' } }, '/headers/A/0 template_forbidden_name'],
    ['for a broken body template', { templates: { entry: { a: ['{/x'] } } }, '/templates/entry/a/0 template_unclosed'],
    ['for a template of no resource type', { templates: { '': 'x' } }, '/templates/ invalid_key'],
    ['for an unknown operator', { filter: { method: ['x', 'y'] } }, '/filter/method filter_unsupported'],
    ['for a filter beyond its depth', { filter: nested(LIMITS.filterDepth.max + 1) }, '/filter filter_too_complex'],
    ['for an empty segment in an event type', { eventTypes: ['a', 'a..b'] }, '/eventTypes/1 event_type_pattern_invalid'],
    ['for nine wildcards', { eventTypes: ['*a*b*c*d*e*f*g*h*i'] }, '/eventTypes/0 event_type_pattern_invalid'],
    ['for one event type too many', { eventTypes: Array.from({ length: 501 }, (_, i) => `t${i}`) }, '/eventTypes too_many_items'],
    ['for an unknown trigger', { failureHandling: { triggers: ['5xx', 'banana'] } }, '/failureHandling/triggers/1 invalid_value'],
    [
      'for no attempt at all',
      { failureHandling: { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 0 } } },
      '/failureHandling/retry/maxAttempts invalid_value',
    ],
    [
      'for a templated alert endpoint',
      alert({ url: 'https://e.example.com/{/a}' }),
      '/failureHandling/alertEndpoint/url template_not_allowed',
    ],
    [
      'for a templated alert header',
      alert({ url: 'https://e.example.com', headers: { A: '{/a}' } }),
      '/failureHandling/alertEndpoint/headers/A template_not_allowed',
    ],
    ['for an internal alert endpoint', alert({ url: 'https://10.0.0.1' }), '/failureHandling/alertEndpoint/url url_blocked_address'],
    [
      'for an ed25519 signature in a style that has none',
      { signature: { style: 'socotra', algorithm: 'ed25519' } },
      '/signature/algorithm invalid_value',
    ],
    ['for a timeout beyond the limit', { timeoutMs: 30_001 }, '/timeoutMs out_of_range'],
    ['for no concurrency', { maxConcurrency: 0 }, '/maxConcurrency out_of_range'],
    [
      'for half a rate limit',
      { rateLimit: JSON.parse('{"limit":1}') as { limit: number; windowSeconds: number } },
      '/rateLimit/windowSeconds required',
    ],
    ['for a name of white space', { name: ' ' }, '/name required'],
    ['for a name in no locale', { name: {} }, '/name required'],
    ['for a locale that is none', { name: { constructor: 'x', 'en GB': 'y' } }, '/name/en GB invalid_locale'],
    ['for metadata beyond its bytes', { metadata: { a: 'x'.repeat(LIMITS.metadataBytes.max) } }, '/metadata too_large'],
    ['for text that Postgres cannot hold', { metadata: { a: '\ud800' } }, '/metadata/a invalid_character'],
  ];
  it.each(refusals)('%s', (_, fields, fault) => {
    expect(faultsOf(fields)).toContain(fault);
  });

  it('with every fault at once', () => {
    expect(faultsOf({ name: '', url: 'x', timeoutMs: 0 })).toEqual(['/name required', '/url url_scheme', '/timeoutMs out_of_range']);
  });
});

describe('a subscription is taken', () => {
  const { max } = LIMITS.nameChars;
  const taken: [string, Partial<SubscriptionFields>][] = [
    [
      'with placeholders in path, query, headers and bodies',
      { url: 'https://e.example.com/{/resource/id}?a={/event/name}', headers: { A: '{/user/id}' }, templates: { '*': '{/}' } },
    ],
    ['with a name at the limit, counted in characters', { name: '😀'.repeat(max) }],
    ['with metadata at the limit', { metadata: { a: 'x'.repeat(LIMITS.metadataBytes.max - '{"a":""}'.length) } }],
    ['with 500 event types', { eventTypes: Array.from({ length: 500 }, (_, i) => `t${i}`) }],
    ['with a content type of its own', { headers: { 'Content-Type': 'application/xml' } }],
    ['with a secret header whose value is stored, in any case', { headers: { AUTHORIZATION: { secret: true } } }],
    ['with braces in a secret, which is no template', { headers: { A: { value: '{/x', secret: true } } }],
    ['with names that every object inherits', { templates: { toString: 'x' }, metadata: { constructor: 1 } }],
    ['with one attempt', { failureHandling: { retry: null, triggers: [] } }],
  ];
  it.each(taken)('%s', (_, fields) => {
    expect(faultsOf(fields)).toEqual([]);
  });
});
