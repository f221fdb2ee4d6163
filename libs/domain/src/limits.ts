export type LimitUnit = 'bytes' | 'characters' | 'items' | 'levels' | 'ms' | 's' | 'steps';

/** One bound that the product states and enforces. `max` is allowed, `max + 1` is not. */
export interface Limit {
  readonly min?: number;
  readonly max: number;
  readonly default?: number;
  readonly unit: LimitUnit;
  /** One sentence for docs/limits.md: what is bounded. */
  readonly about: string;
}

const KIB = 1_024;
const DAY_SECONDS = 86_400;

const limits = {
  // any request
  requestHeadersBytes: { max: 16 * KIB, unit: 'bytes', about: 'Path, header names and header values of a request, together.' },
  requestHeadersMs: { max: 10_000, unit: 'ms', about: 'How long the headers of a request may take to arrive.' },
  requestMs: { max: 30_000, unit: 'ms', about: 'How long a whole request may take to arrive.' },
  pathParamChars: { max: 1_024, unit: 'characters', about: 'One step of a path.' },
  requestIdChars: { min: 1, max: 128, unit: 'characters', about: "A caller's own X-Request-Id; any other is replaced." },
  cursorChars: { max: 512, unit: 'characters', about: 'The cursor of a list.' },
  errorsTold: { max: 50, unit: 'items', about: 'Faults that one refusal tells.' },

  // publish
  eventBodyBytes: {
    max: 256 * KIB,
    unit: 'bytes',
    about: 'One event as published, and any other request body that states no limit of its own.',
  },
  batchBodyBytes: { max: 4_096 * KIB, unit: 'bytes', about: 'The body of a batch.' },
  batchItems: { min: 1, max: 100, unit: 'items', about: 'Events in one batch.' },
  jsonDepth: { max: 64, unit: 'levels', about: 'Nesting of any JSON that is sent to us.' },
  jsonItems: {
    max: 10_000,
    unit: 'items',
    about: 'Members of one object or elements of one array in a configuration document (metadata, templates, filters).',
  },
  eventIdChars: { min: 1, max: 128, unit: 'characters', about: "A publisher's own event id." },
  eventTypeChars: { min: 1, max: 128, unit: 'characters', about: 'An event type, or a pattern of one.' },
  eventTypeWildcards: { max: 8, unit: 'items', about: 'Wildcards in one event type pattern.' },
  idempotencyKeyChars: { min: 1, max: 255, unit: 'characters', about: 'An idempotency key.' },

  // subscriptions
  subscriptionsPerTenant: { max: 10_000, unit: 'items', about: 'Subscriptions of one tenant.' },
  eventTypesPerSubscription: { max: 500, unit: 'items', about: 'Event types named by one subscription.' },
  topicsPerSubscription: { max: 100, unit: 'items', about: 'Topic filters of one subscription.' },
  sourcesPerSubscription: { max: 100, unit: 'items', about: 'Sources of one subscription.' },
  namesPerSelector: { max: 500, unit: 'items', about: 'Values in one list of a topic filter or of a source.' },
  nameChars: { min: 1, max: 256, unit: 'characters', about: 'A name (of a subscription, an app, a key, a tenant), per locale.' },
  descriptionChars: { max: 4_096, unit: 'characters', about: 'A description, per locale.' },
  locales: { max: 50, unit: 'items', about: 'Locales of one localized text.' },
  metadataBytes: { max: 16 * KIB, unit: 'bytes', about: "A subscription's metadata, as JSON." },
  bulkDeleteItems: { min: 1, max: 25, unit: 'items', about: 'Event types in one bulk delete.' },

  // access and catalog
  apiKeysPerTenant: { max: 100, unit: 'items', about: 'API keys of one tenant that are not revoked.' },
  quotaPerSecond: { min: 1, max: 1_000_000, unit: 'items', about: 'Requests a second that a tenant or a key may be allowed.' },

  retentionDays: { min: 1, max: 3_650, unit: 'items', about: 'Days that a tenant’s retention names; never more than `RETENTION_DAYS`.' },
  openExpunges: { max: 100, unit: 'items', about: 'Expunges of one tenant that have not ended.' },
  eventHops: {
    max: 3,
    unit: 'items',
    about: 'Times that an event may come out of the service and in again, by its `webhook-loop` header.',
  },
  permissionsPerKey: { min: 1, max: 50, unit: 'items', about: 'Permissions and presets named for one key.' },
  permissionChars: { min: 1, max: 64, unit: 'characters', about: 'One permission of a key.' },
  appPermissions: { max: 100, unit: 'items', about: 'App permissions of one key, or asked for by one app.' },
  appPermissionChars: { min: 1, max: 128, unit: 'characters', about: 'One app permission.' },
  slugChars: { min: 1, max: 63, unit: 'characters', about: "A tenant's slug." },
  catalogNameChars: { min: 1, max: 128, unit: 'characters', about: "A topic, or the name of an app's event type." },
  eventTypesPerRegistration: { min: 1, max: 100, unit: 'items', about: 'Event types registered by one request.' },
  apiPathChars: { min: 1, max: 2_048, unit: 'characters', about: "An event type's getApiPath." },
  catalogDocumentBytes: { max: 64 * KIB, unit: 'bytes', about: "An event type's filter, schema or example, as JSON." },

  // the request to the subscriber
  urlBytes: { min: 1, max: 8 * KIB, unit: 'bytes', about: 'The URL of an endpoint, before and after rendering.' },
  headersPerSubscription: { max: 50, unit: 'items', about: 'Custom header lines of one subscription.' },
  headerNameChars: { min: 1, max: 256, unit: 'characters', about: 'The name of a custom header.' },
  headerValueBytes: { max: 4 * KIB, unit: 'bytes', about: 'One value of a custom header, before and after rendering.' },
  headersBytes: { max: 8 * KIB, unit: 'bytes', about: 'All custom header names and values of a subscription together.' },
  templateBytes: { max: 64 * KIB, unit: 'bytes', about: 'One template.' },
  templatePlaceholders: { max: 64, unit: 'items', about: 'Placeholders in one template.' },
  templatePointerDepth: { max: 32, unit: 'levels', about: 'Steps of the pointer in one placeholder.' },
  bodyTemplateDepth: { max: 32, unit: 'levels', about: 'Nesting of a body template.' },
  renderedBytes: { max: 1_024 * KIB, unit: 'bytes', about: 'A body after rendering.' },

  // filters
  filterDepth: { max: 64, unit: 'levels', about: 'Nesting of a JSON Logic rule.' },
  filterNodes: { max: 1_000, unit: 'items', about: 'Operators and literals in a JSON Logic rule.' },
  filterSteps: { max: 100_000, unit: 'steps', about: 'Operations of one evaluation of a rule.' },
  filterStringBytes: { max: 64 * KIB, unit: 'bytes', about: 'A string that a rule builds.' },
  filterArrayItems: { max: 10_000, unit: 'items', about: 'An array that a rule builds.' },
  filterBytes: { max: 64 * KIB, unit: 'bytes', about: 'A JSON Logic rule, as compact JSON.' },
  filterLiteralBytes: { max: 4 * KIB, unit: 'bytes', about: 'One string written in a rule.' },
  filterLiteralItems: { max: 1_000, unit: 'items', about: 'Items of one array, or operands of one operation, written in a rule.' },

  // sending
  timeoutMs: {
    min: 1_000,
    max: 30_000,
    default: 15_000,
    unit: 'ms',
    about: 'One attempt in all: name lookup, connecting, TLS, sending, headers and body.',
  },
  dnsTimeoutMs: { max: 3_000, unit: 'ms', about: 'Name lookup of one attempt.' },
  connectTimeoutMs: { max: 5_000, unit: 'ms', about: 'TCP connect of one attempt.' },
  tlsTimeoutMs: { max: 5_000, unit: 'ms', about: 'TLS handshake of one attempt.' },
  tlsCaBytes: { max: 64 * KIB, unit: 'bytes', about: 'Certificates of authorities that a subscription trusts, as PEM.' },
  tlsCertificates: { max: 20, unit: 'items', about: 'Certificates in one PEM text of a subscription.' },
  tlsCertificateBytes: { max: 32 * KIB, unit: 'bytes', about: "A subscription's client certificate and its chain, as PEM." },
  tlsPrivateKeyBytes: { max: 16 * KIB, unit: 'bytes', about: "The private key of a subscription's client certificate, as PEM." },
  responseHeadersBytes: { max: 16 * KIB, unit: 'bytes', about: "A receiver's response headers; more fails the attempt." },
  responseReadBytes: {
    max: 64 * KIB,
    unit: 'bytes',
    about: "Bytes of a receiver's response body that are read before the connection is closed.",
  },
  responseStoredBytes: { max: 16 * KIB, unit: 'bytes', about: "Bytes of a receiver's response body that are kept." },
  orderKeyChars: { min: 2, max: 256, unit: 'characters', about: 'The pointer that deliveries are ordered by.' },
  maxConcurrency: { min: 1, max: 1_000, unit: 'items', about: "A subscription's requests under way at once." },
  rateLimitCount: { min: 1, max: 100_000, unit: 'items', about: "Requests in one window of a subscription's rate limit." },
  rateLimitWindowSeconds: { min: 1, max: 3_600, unit: 's', about: "The window of a subscription's rate limit." },

  // signing in at an endpoint, and what is told and asked beside deliveries
  credentialBytes: {
    min: 1,
    max: 1_024,
    unit: 'bytes',
    about: 'One member of the credentials for an endpoint, its urls and tokens aside.',
  },
  tokenBytes: { min: 1, max: 4_000, unit: 'bytes', about: 'A bearer token, stored or got from a token endpoint.' },
  tokenLifeSeconds: {
    max: DAY_SECONDS,
    default: 300,
    unit: 's',
    about: 'How long a token is kept, however long its issuer says it lives; the default is for issuers that say nothing.',
  },
  callbackNames: { max: 50, unit: 'items', about: 'Callbacks that a tenant registers by name.' },
  outboundAttempts: { max: 5, unit: 'items', about: 'Attempts of one callback, or of one fetch of a resource, before it is given up.' },

  // retries
  retryAttempts: { min: 1, max: 100, default: 10, unit: 'items', about: 'Attempts of one delivery, the first included.' },
  retryDelays: { min: 1, max: 100, unit: 'items', about: 'Delays in a retry schedule.' },
  retryDelaySeconds: { min: 0, max: 7 * DAY_SECONDS, unit: 's', about: 'The wait before any one attempt, whatever the policy computes.' },
  retryAfterCeilingSeconds: {
    max: 3_600,
    unit: 's',
    about: "How far a receiver's Retry-After may stretch a delay, unless twice the policy's own delay is longer.",
  },
  failureTriggers: { max: 100, unit: 'items', about: 'Failure triggers of one subscription.' },

  // secrets
  secretBytes: { min: 24, max: 64, default: 32, unit: 'bytes', about: 'A whsec_ signing secret, decoded.' },
  plainSecretBytes: { min: 1, max: 255, unit: 'bytes', about: 'A signing secret of a dialect that takes any text.' },
  signingSecretsKept: {
    max: 5,
    unit: 'items',
    about: 'Signing secrets of one subscription that are valid at once, the current one included.',
  },
  secretGraceSeconds: {
    min: 0,
    max: 7 * DAY_SECONDS,
    default: DAY_SECONDS,
    unit: 's',
    about: 'How long a rotated secret goes on signing.',
  },
  signatureToleranceSeconds: { max: 300, unit: 's', about: "How far a signature's timestamp may be from the receiver's clock." },

  // replays
  replayItems: {
    max: 1_000_000,
    unit: 'items',
    about: 'Deliveries (events, in mode `missing`) in the window of one replay, whatever its filter takes of them.',
  },
  replayRatePerSecond: { min: 1, max: 1_000, default: 100, unit: 'items', about: 'Deliveries that one replay releases in a second.' },
  replayEventTypes: { min: 1, max: 100, unit: 'items', about: "Event type patterns in a replay's filter." },
  openReplays: { max: 20, unit: 'items', about: 'Replays of one tenant that have not ended.' },
  dryRunEvents: { max: 10_000, unit: 'items', about: 'Events that the dry run of a replay of mode `missing` examines.' },

  statsHours: { min: 1, max: 720, default: 24, unit: 'items', about: 'Hours back that the figures of a subscription may cover.' },
  statsRangeMinutes: { min: 1, max: 10_080, default: 60, unit: 'items', about: 'Minutes that one overview may cover.' },
  statsSteps: { max: 1_440, unit: 'items', about: 'Steps in the series of one overview.' },
  statsSeriesHours: { min: 1, max: 168, default: 24, unit: 'items', about: 'Hours back that the series of a subscription may cover.' },
  statsSubscriptions: { min: 1, max: 100, unit: 'items', about: 'Subscriptions whose figures one request asks for.' },
  statsKeptDays: { max: 7, unit: 'items', about: 'Days that figures by minute and by ten minutes are kept.' },
  worstSubscriptions: { max: 10, unit: 'items', about: 'Subscriptions with most failures in one overview.' },
  backlogCounted: {
    max: 1_000_000,
    unit: 'items',
    about: 'Deliveries in one lane up to which what waits is counted; events that wait for their fan-out are counted up to a tenth of it.',
  },
  backlogTenants: { max: 1_000, unit: 'items', about: 'Tenants whose backlog is shown, those with the most that waits.' },
  suspendReasonChars: { min: 1, max: 1_024, unit: 'characters', about: 'Why a subscription was suspended.' },

  // lists
  listOffset: { min: 0, max: 100_000, default: 0, unit: 'items', about: 'Items that a list is asked to pass over (Socotra’s `offset`).' },
  searchedRows: { max: 10_000, unit: 'items', about: 'Events or deliveries that one page of a list looks through; the next page goes on.' },
  pageItems: { min: 1, max: 200, default: 50, unit: 'items', about: 'Items on one page of a list.' },
} as const satisfies Record<string, Limit>;

/** Every limit of the product. This table is the only place where a limit's number stands; docs/limits.md is generated from it. */
export const LIMITS: typeof limits = Object.freeze(limits);
