import { LIMITS } from '../../libs/domain/src/limits.js';

export type LimitName = keyof typeof LIMITS;

/** One request whose size is `n`: answered with `accepted` at the limit, refused one beyond. */
export interface LimitCase {
  limit: LimitName;
  /** Where, when a limit is enforced at several places. */
  where?: string;
  to: string;
  body?: (n: number) => unknown;
  /** In place of `to` where the size is in the url. */
  path?: (n: number) => string;
  headers?: (n: number) => Record<string, string>;
  accepted: number;
  status: number;
  code: string;
  /** Beyond the least value instead, one below. */
  below?: { code: string };
  /**
   * The connection is closed while the body is under way, and so large a body is not in the network's buffers by then: a client that still
   * writes may never read why. So beyond the limit the head goes out alone.
   */
  isCutOff?: boolean;
}

const SUBSCRIBE = 'POST /v1/subscriptions';
const PUBLISH = 'POST /v1/events';
const sound = { name: 'n', url: 'https://example.com/' };
const x = (n: number): string => 'x'.repeat(n);
const list = <T>(n: number, item: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => item(i));
const nested = (n: number): unknown => list(n, () => null).reduce<unknown>((inner) => [inner], 0);

const subscription = (limit: LimitName, fields: (n: number) => object, code: string, more: Partial<LimitCase> = {}): LimitCase => ({
  limit,
  to: SUBSCRIBE,
  body: (n) => ({ ...sound, ...fields(n) }),
  accepted: 201,
  status: 422,
  code,
  ...more,
});
const event = (limit: LimitName, fields: (n: number) => object, more: Partial<LimitCase> = {}): LimitCase => ({
  limit,
  to: PUBLISH,
  body: (n) => ({ type: 't', data: 1, ...fields(n) }),
  accepted: 202,
  status: 422,
  code: 'invalid',
  ...more,
});
const retry = (over: object) => ({ failureHandling: { retry: { kind: 'schedule', delaysSeconds: [0], maxAttempts: 3, ...over } } });
const range = (limit: LimitName, fields: (n: number) => object, code = 'out_of_range'): LimitCase =>
  subscription(limit, fields, code, { below: { code } });

/** An event object of exactly so many bytes. */
const eventOf = (bytes: number): string => {
  const frame = '{"type":"t","data":""}';
  return frame.replace('""', `"${x(bytes - frame.length)}"`);
};
const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;
/** A rule of exactly so many bytes, in texts short enough for themselves. */
const ruleOf = (bytes: number): unknown => {
  const texts = list(20, () => x(3_200));
  const size = Buffer.byteLength(JSON.stringify({ in: ['a', texts] }));
  return { in: ['a', [...texts, x(bytes - size - 3)]] };
};
/** Header lines of so many bytes in all. */
const headersOf = (bytes: number): Record<string, string[]> => ({ 'X-A': [x(4_096), x(bytes - 4_096 - 6)] });

const publishing: LimitCase[] = [
  { limit: 'eventBodyBytes', to: PUBLISH, body: eventOf, accepted: 202, status: 413, code: 'payload_too_large' },
  {
    limit: 'eventBodyBytes',
    where: 'in a batch',
    to: 'POST /v1/events/batch',
    body: (n) => `{"events":[${eventOf(n)}]}`,
    accepted: 202,
    status: 207,
    code: 'payload_too_large',
  },
  {
    limit: 'eventBodyBytes',
    where: 'of any other body',
    to: SUBSCRIBE,
    body: (n) => JSON.stringify(sound).padEnd(n),
    accepted: 201,
    status: 413,
    code: 'payload_too_large',
  },
  {
    limit: 'batchBodyBytes',
    to: 'POST /v1/events/batch',
    body: (n) => JSON.stringify({ events: [{ type: 't', data: 1 }] }).padEnd(n),
    accepted: 202,
    status: 413,
    code: 'payload_too_large',
    isCutOff: true,
  },
  {
    limit: 'batchItems',
    to: 'POST /v1/events/batch',
    body: (n) => ({ events: list(n, () => ({ type: 't', data: 1 })) }),
    accepted: 202,
    status: 422,
    code: 'too_many_items',
    below: { code: 'too_many_items' },
  },
  event('jsonDepth', (n) => ({ data: nested(n - 1) }), { code: 'too_deep' }),
  subscription('jsonDepth', (n) => ({ metadata: { a: nested(n - 2) } }), 'too_deep', { where: 'of a subscription' }),
  subscription('jsonItems', (n) => ({ templates: { '*': list(n, () => 1) } }), 'too_many_items'),
  event('eventIdChars', (n) => ({ id: x(n) }), { below: { code: 'invalid' } }),
  event('eventTypeChars', (n) => ({ type: x(n) }), { below: { code: 'invalid' } }),
  event('idempotencyKeyChars', () => ({}), {
    headers: (n) => ({ 'idempotency-key': x(n) }),
    code: 'invalid_idempotency_key',
    below: { code: 'invalid_idempotency_key' },
  }),
];

const selecting: LimitCase[] = [
  subscription('eventTypeChars', (n) => ({ eventTypes: [x(n)] }), 'event_type_pattern_invalid', { where: 'of a pattern' }),
  subscription('credentialBytes', (n) => ({ auth: { kind: 'basic', username: 'u', password: x(n) } }), 'too_long'),
  subscription('tokenBytes', (n) => ({ auth: { kind: 'bearer', token: x(n) } }), 'too_long'),
  subscription('eventTypeWildcards', (n) => ({ eventTypes: ['*'.repeat(n)] }), 'event_type_pattern_invalid'),
  subscription('eventTypesPerSubscription', (n) => ({ eventTypes: list(n, (i) => `t${i}`) }), 'too_many_items'),
  subscription('topicsPerSubscription', (n) => ({ topics: list(n, (i) => ({ owner: `o${i}` })) }), 'too_many_items'),
  subscription('sourcesPerSubscription', (n) => ({ sources: list(n, (i) => ({ topic: `t${i}` })) }), 'too_many_items'),
  subscription('namesPerSelector', (n) => ({ topics: [{ event: list(n, (i) => `e${i}`) }] }), 'too_many_items'),
  subscription('namesPerSelector', (n) => ({ sources: [{ events: list(n, (i) => `e${i}`) }] }), 'too_many_items', { where: 'of a source' }),
  subscription('filterNodes', (n) => ({ filter: { or: list(n - 1, () => ({ var: 'a' })) } }), 'filter_too_complex'),
  subscription('filterBytes', (n) => ({ filter: ruleOf(n) }), 'filter_too_complex'),
  subscription('filterLiteralBytes', (n) => ({ filter: { in: [x(n), { var: 'a' }] } }), 'filter_too_complex'),
  subscription('filterLiteralItems', (n) => ({ filter: { in: [{ var: 'a' }, list(n, (i) => i)] } }), 'filter_too_complex'),
];

const naming: LimitCase[] = [
  subscription('nameChars', (n) => ({ name: x(n) }), 'too_long', { below: { code: 'required' } }),
  subscription('nameChars', (n) => ({ name: { en: '\u{1f4e8}'.repeat(n) } }), 'too_long', { where: 'in letters that people count' }),
  {
    limit: 'nameChars',
    where: 'of an app',
    to: 'POST /v1/apps',
    body: (n) => ({ name: x(n) }),
    accepted: 201,
    status: 422,
    code: 'too_long',
    below: { code: 'too_short' },
  },
  {
    limit: 'nameChars',
    where: 'of a key',
    to: 'POST /v1/keys',
    body: (n) => ({ name: x(n), permissions: ['events:list'] }),
    accepted: 201,
    status: 422,
    code: 'too_long',
  },
  {
    limit: 'appPermissions',
    to: 'POST /v1/apps',
    body: (n) => ({ name: 'a', permissions: list(n, (i) => `p${i}`) }),
    accepted: 201,
    status: 422,
    code: 'too_many_items',
  },
  {
    limit: 'appPermissionChars',
    to: 'POST /v1/apps',
    body: (n) => ({ name: 'a', permissions: [x(n)] }),
    accepted: 201,
    status: 422,
    code: 'too_long',
    below: { code: 'too_short' },
  },
  subscription('descriptionChars', (n) => ({ description: x(n) }), 'too_long'),
  subscription(
    'locales',
    (n) => ({ name: Object.fromEntries(list(n, (i) => [`en-${String(i).padStart(2, '0')}`, 'x'])) }),
    'too_many_items',
  ),
  subscription('metadataBytes', (n) => ({ metadata: { a: x(n - 8) } }), 'too_large'),
];

const requesting: LimitCase[] = [
  event('eventHops', () => ({}), { headers: (n) => ({ 'webhook-loop': String(n) }), status: 508, code: 'webhook_loop' }),
  subscription('urlBytes', (n) => ({ url: `https://example.com/${x(n - 20)}` }), 'invalid_length'),
  subscription('urlBytes', (n) => ({ url: `https://example.com/${'é'.repeat((n - 20) / 2)}${n % 2 ? 'x' : ''}` }), 'url_too_long', {
    where: 'in bytes',
  }),
  subscription('headersPerSubscription', (n) => ({ headers: Object.fromEntries(list(n, (i) => [`X-${i}`, 'x'])) }), 'too_many_headers'),
  subscription('headerNameChars', (n) => ({ headers: { [x(n)]: 'x' } }), 'header_name_invalid', { below: { code: 'header_name_invalid' } }),
  subscription('headerValueBytes', (n) => ({ headers: { 'X-A': x(n) } }), 'header_value_invalid'),
  subscription('headersBytes', (n) => ({ headers: headersOf(n) }), 'headers_too_large'),
  subscription('templateBytes', (n) => ({ templates: { '*': x(n) } }), 'template_too_large'),
  subscription('templatePlaceholders', (n) => ({ templates: { '*': '{/a}'.repeat(n) } }), 'template_too_many_placeholders'),
  subscription('templatePointerDepth', (n) => ({ templates: { '*': `{${'/a'.repeat(n)}}` } }), 'template_too_deep'),
  subscription('bodyTemplateDepth', (n) => ({ templates: { '*': nested(n) } }), 'template_too_deep'),
];

const sending: LimitCase[] = [
  range('timeoutMs', (timeoutMs) => ({ timeoutMs })),
  range('maxConcurrency', (maxConcurrency) => ({ maxConcurrency })),
  range('orderKeyChars', (n) => ({ ordering: { key: `/${x(n - 1)}` } }), 'invalid_length'),
  range('rateLimitCount', (limit) => ({ rateLimit: { limit, windowSeconds: 1 } })),
  range('rateLimitWindowSeconds', (windowSeconds) => ({ rateLimit: { limit: 1, windowSeconds } })),
  range('retryAttempts', (maxAttempts) => retry({ maxAttempts }), 'invalid_value'),
  range('retryDelays', (n) => retry({ delaysSeconds: list(n, () => 0) }), 'too_many_items'),
  range('retryDelaySeconds', (seconds) => retry({ delaysSeconds: [seconds] }), 'invalid_value'),
  subscription('failureTriggers', (n) => ({ failureHandling: { triggers: list(n, (i) => String(300 + i)) } }), 'too_many_items'),
  range('secretBytes', (n) => ({ secret: secretOf(n) }), 'secret_invalid'),
  range('plainSecretBytes', (n) => ({ secret: x(n), signature: { style: 'whisperer' } }), 'invalid_length'),
];

const listing: LimitCase[] = [
  {
    limit: 'pageItems',
    to: 'GET',
    path: (n) => `/v1/events?limit=${n}`,
    accepted: 200,
    status: 422,
    code: 'out_of_range',
    below: { code: 'out_of_range' },
  },
  {
    limit: 'statsSubscriptions',
    to: 'GET',
    path: (n) => `/v1/subscriptions/stats?ids=${list(n, (i) => `019aa63d-0361-7c8d-9e0f-${String(i).padStart(12, '0')}`).join()}`,
    accepted: 200,
    status: 422,
    code: 'too_many_items',
    below: { code: 'too_few_items' },
  },
];

const replay = (limit: LimitName, fields: (n: number) => object, code: string, below: string): LimitCase => ({
  limit,
  to: 'POST /v1/replays',
  body: (n) => ({ mode: 'failed', from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', dryRun: true, ...fields(n) }),
  accepted: 200,
  status: 422,
  code,
  below: { code: below },
});
const replaying: LimitCase[] = [
  replay('replayRatePerSecond', (ratePerSecond) => ({ ratePerSecond }), 'out_of_range', 'out_of_range'),
  replay('replayEventTypes', (n) => ({ filter: { eventTypes: list(n, (i) => `t${i}`) } }), 'too_many_items', 'too_few_items'),
];

/** Those that one request alone can show. */
export const LIMIT_CASES: LimitCase[] = [...publishing, ...selecting, ...naming, ...requesting, ...sending, ...replaying, ...listing];

/** Limits that need more than one request, tested beside the table in limits.spec.ts. */
export const TOLD_BELOW: LimitName[] = [
  'subscriptionsPerTenant',
  'apiKeysPerTenant',
  'bulkDeleteItems',
  'permissionsPerKey',
  'permissionChars',
  'slugChars',
  'catalogNameChars',
  'eventTypesPerRegistration',
  'apiPathChars',
  'catalogDocumentBytes',
  'signingSecretsKept',
  'secretGraceSeconds',
  'statsHours',
  'statsRangeMinutes',
  'statsSteps',
  'statsSeriesHours',
  'suspendReasonChars',
  'listOffset',
  'callbackNames',
];

/** Limits that the API does not enforce, and the spec that covers each. */
export const COVERED_ELSEWHERE: Partial<Record<LimitName, string>> = {
  tokenLifeSeconds: 'apps/dispatcher/src/dispatch/auth/credentials.spec.ts',
  searchedRows: 'test/integration/searches.spec.ts',
  outboundAttempts: 'test/e2e/callbacks.spec.ts',
  requestHeadersBytes: 'test/attack/wire.spec.ts',
  requestHeadersMs: 'test/attack/wire.spec.ts',
  requestMs: 'test/attack/wire.spec.ts',
  pathParamChars: 'test/attack/wire.spec.ts',
  requestIdChars: 'test/attack/wire.spec.ts',
  cursorChars: 'test/attack/queries.spec.ts',
  errorsTold: 'apps/gateway/src/http/problem.spec.ts',
  renderedBytes: 'libs/domain/src/template/render-body.spec.ts',
  // A body of 64 levels has no room for a rule of 64.
  filterDepth: 'libs/domain/src/logic/compile.spec.ts',
  filterSteps: 'libs/domain/src/logic/bombs.spec.ts',
  filterStringBytes: 'libs/domain/src/logic/bombs.spec.ts',
  filterArrayItems: 'libs/domain/src/logic/bombs.spec.ts',
  dnsTimeoutMs: 'test/integration/send-phases.spec.ts',
  connectTimeoutMs: 'test/integration/send-phases.spec.ts',
  tlsTimeoutMs: 'test/integration/send-phases.spec.ts',
  tlsCaBytes: 'test/integration/tls-options.spec.ts',
  tlsCertificates: 'test/integration/tls-options.spec.ts',
  tlsCertificateBytes: 'test/integration/tls-options.spec.ts',
  tlsPrivateKeyBytes: 'test/integration/tls-options.spec.ts',
  responseHeadersBytes: 'apps/dispatcher/src/dispatch/send/send.spec.ts',
  responseReadBytes: 'apps/dispatcher/src/dispatch/send/send.spec.ts',
  responseStoredBytes: 'apps/dispatcher/src/dispatch/send/send.spec.ts',
  retryAfterCeilingSeconds: 'libs/domain/src/outcome.spec.ts',
  // A million rows would take longer than all the rest; the store is given a smaller number.
  replayItems: 'test/integration/replay-store.spec.ts',
  statsKeptDays: 'test/integration/rollups.spec.ts',
  worstSubscriptions: 'test/integration/rollups.spec.ts',
  backlogCounted: 'test/integration/backlog.spec.ts',
  backlogTenants: 'test/integration/backlog.spec.ts',
  openExpunges: 'test/integration/expunges-api.spec.ts',
  retentionDays: 'test/integration/tenant-retention.spec.ts',
  openReplays: 'test/integration/replay-store.spec.ts',
  dryRunEvents: 'test/integration/replays-api.spec.ts',
  signatureToleranceSeconds: 'libs/domain/src/signature/verify.spec.ts',
  quotaPerSecond: 'test/integration/rate-limits.spec.ts',
};

export const boundsOf = (limit: LimitName): { min?: number; max: number } => LIMITS[limit];
