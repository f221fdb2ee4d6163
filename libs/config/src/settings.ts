import { isIP } from 'node:net';
import { parsePorts } from '#domain/port-policy.js';
import { LIMITS } from '#domain/limits.js';
import { z } from 'zod';

/** What the generated tables (README, .env.example) say of a setting beside its schema. */
interface About {
  what: string;
  who: 'both' | 'gateway' | 'dispatcher' | 'tests';
  secret?: true;
  shownDefault?: string;
}

const setting = <T extends z.ZodType>(schema: T, about: About): { schema: T; about: About } => ({ schema, about });

const flag = (byDefault: boolean) =>
  z
    .enum(['true', 'false'])
    .default(byDefault ? 'true' : 'false')
    .transform((text) => text === 'true');

const whole = (min: number, max: number, byDefault: number) => z.coerce.number().int().min(min).max(max).default(byDefault);

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

/** An address with or without a port; IPv6 stands in brackets before one. */
function isServer(text: string): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([\d.]+)(?::\d{1,5})?)$/.exec(text) ?? [];
  return isIP(bracketed ?? plain ?? text) !== 0;
}

function arePorts(entries: readonly string[]): boolean {
  try {
    parsePorts(entries);
    return true;
  } catch {
    return false;
  }
}

/** Credentials go into headers: an address is shown in the log. */
function isCollectorUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}

const collectorUrl = z.string().refine(isCollectorUrl, 'must be an http(s) URL without credentials and query').optional();

/** `name=value` with percent-encoding. Source: OpenTelemetry, "OTLP Exporter", Specifying headers. */
const headerList = z
  .string()
  .transform((text, context) => {
    const pairs = text.split(',').map((pair) => readHeader(pair.trim()));
    if (pairs.includes(null)) context.addIssue({ code: 'custom', message: 'must be name=value, comma-separated' });
    return Object.fromEntries(pairs.filter((pair) => pair !== null));
  })
  .optional();

function readHeader(pair: string): [name: string, value: string] | null {
  const [, name, encoded] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*([\x20-\x7e]+)$/.exec(pair) ?? [];
  if (name === undefined || encoded === undefined) return null;
  try {
    const value = decodeURIComponent(encoded);
    return /^[\x20-\x7e]+$/.test(value) ? [name, value] : null;
  } catch {
    return null;
  }
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== '' && pathname === '/' && search === '' && hash === '';
}

/** A CIDR, or an address for itself alone. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const isSound = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  return family !== 0 && isSound && more.length === 0;
}

/** Every setting there is. Nothing else in the project reads the environment. */
export const SETTINGS = {
  DATABASE_URL: setting(z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://'), {
    what: 'Postgres, the only source of truth.',
    who: 'both',
    secret: true,
  }),
  REDIS_URL: setting(
    z
      .string()
      .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
      .optional(),
    {
      what: 'Redis for the queue. Absent: the queue runs in Postgres.',
      who: 'both',
      secret: true,
      shownDefault: '(queue in Postgres)',
    },
  ),
  SECRET_KEYS: setting(z.string().min(1), {
    what: 'Key ring that seals secrets at rest: `kid:base64` of 32 bytes, comma-separated; the first is active.',
    who: 'both',
    secret: true,
  }),
  PORT: setting(whole(0, 65_535, 3000), { what: 'Port of the gateway’s HTTP API.', who: 'gateway' }),
  HOST: setting(z.string().min(1).default('0.0.0.0'), { what: 'Address the HTTP servers listen on.', who: 'both' }),
  PUBLIC_ADDRESS: setting(
    z
      .string()
      .regex(/^https?:\/\/[^?#]+$/, 'must be an http(s) URL without query')
      .refine((text) => URL.canParse(text), 'must be a URL')
      .optional(),
    { what: 'Where clients reach the gateway, for absolute links in answers.', who: 'gateway', shownDefault: '(as the request says)' },
  ),
  SERVE_DOCS: setting(flag(true), { what: 'Serve the API’s description at `/openapi.json` and `/docs`.', who: 'gateway' }),
  METRICS_PORT: setting(whole(0, 65_535, 9464), { what: 'Port of `/metrics` and the health probes; 0 picks a free one.', who: 'both' }),
  BOOTSTRAP_KEY: setting(z.string().min(32, 'must have at least 32 characters').optional(), {
    what: 'The operator’s first API key, accepted as it is given; at least 32 characters.',
    who: 'gateway',
    secret: true,
  }),
  EGRESS_ALLOW_CIDRS: setting(list, {
    what: 'What may be dialled though it is private, comma-separated CIDRs.',
    who: 'both',
    shownDefault: '(none)',
  }),
  EGRESS_ALLOW_HTTP: setting(flag(false), { what: 'Allow plain `http://` endpoints.', who: 'both' }),
  EGRESS_ALLOW_UNVERIFIED_TLS: setting(flag(false), {
    what: 'Obey subscriptions that ask for no check of their receiver’s certificate.',
    who: 'both',
  }),
  EGRESS_PORTS: setting(list.refine(arePorts, 'must be ports or ranges of them: 443,8000-8999'), {
    what: 'The only ports that endpoints may have, comma-separated, ranges as `8000-8999`.',
    who: 'both',
    shownDefault: '(80, 443 and above 1023 without those of well-known other services)',
  }),
  EGRESS_PROXY_URL: setting(
    z.string().refine(isProxyUrl, 'must be http://host:port or https://host:port, with or without user:password@').optional(),
    { what: 'Proxy (CONNECT) through which all requests to endpoints leave.', who: 'dispatcher', secret: true, shownDefault: '(none)' },
  ),
  PUBLIC_HOSTS: setting(list, {
    what: 'Names of this service itself, `host` or `host:port`, comma-separated: no endpoint may be there.',
    who: 'both',
    shownDefault: '(none)',
  }),
  DNS_SERVERS: setting(
    list.refine(
      (servers) => servers.every(isServer),
      'must be addresses, each with or without a port: 10.0.0.2, 10.0.0.3:5353, [fd00::2]:53',
    ),
    { what: 'Name servers that endpoints are looked up with, comma-separated.', who: 'dispatcher', shownDefault: '(the system’s)' },
  ),
  LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'), {
    what: 'Lowest level that is logged.',
    who: 'both',
  }),
  DATABASE_POOL_SIZE: setting(whole(2, 200, 10), { what: 'Postgres connections of a process, beside six of the hot path.', who: 'both' }),
  QUEUE_PREFIX: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_{}-]{1,40}$/, 'may hold letters, digits, _ - { }')
      .default('{tidings}'),
    {
      what: 'Prefix of all keys in Redis; the braces keep them in one cluster slot.',
      who: 'both',
    },
  ),
  PUBLISH_CONCURRENCY: setting(whole(1, 100_000, 2_000), {
    what: 'Publish requests under way at once before the gateway answers 503 `overloaded`.',
    who: 'gateway',
  }),
  RATE_LIMIT_PER_TENANT: setting(whole(0, LIMITS.quotaPerSecond.max, 10_000), {
    what: 'Requests a second of a tenant before 429 `rate_limited`, averaged over ten; 0: no limit. A tenant may have its own.',
    who: 'gateway',
  }),
  RATE_LIMIT_PER_CALLER: setting(whole(0, LIMITS.quotaPerSecond.max, 5_000), {
    what: 'The same of one API key.',
    who: 'gateway',
  }),
  SIGN_IN_FAILURES_PER_MINUTE: setting(whole(0, 1_000_000, 60), {
    what: 'Requests of one address (IPv6: /64) with a key that is none before 429 `rate_limited`, each minute; 0: no limit.',
    who: 'gateway',
  }),
  TRUST_PROXIES: setting(
    list.refine((networks) => networks.every(isNetwork), 'must be addresses or CIDRs, comma-separated'),
    {
      what: 'Proxies whose `X-Forwarded-For` is believed, comma-separated addresses or CIDRs. Nobody else’s is.',
      who: 'gateway',
      shownDefault: '(none)',
    },
  ),
  DISPATCH_CONCURRENCY: setting(whole(1, 10_000, 256), { what: 'Requests a dispatcher has under way at once.', who: 'dispatcher' }),
  DISPATCH_PER_SUBSCRIPTION: setting(whole(1, 10_000, 32), {
    what: 'Requests a dispatcher has under way at once for one subscription.',
    who: 'dispatcher',
  }),
  DISPATCH_TENANT_PERCENT: setting(whole(1, 100, 75), {
    what: 'Share of a dispatcher’s requests under way that one tenant may have.',
    who: 'dispatcher',
  }),
  DISPATCH_SLOW_PERCENT: setting(whole(1, 100, 25), {
    what: 'Share of a dispatcher’s requests under way that slow and failing endpoints may have together.',
    who: 'dispatcher',
  }),
  BREAKER_AFTER_MS: setting(whole(0, 600_000, 10_000), {
    what: 'For how long most attempts of a subscription have to fail before its breaker opens.',
    who: 'dispatcher',
  }),
  BREAKER_COOL_DOWN_MS: setting(whole(100, 600_000, 5_000), {
    what: 'How long a breaker that opens waits for its first probe; twice as long after each that fails, up to ten minutes.',
    who: 'dispatcher',
  }),
  SWEEP_INTERVAL_MS: setting(whole(50, 60_000, 1_000), {
    what: 'How often a dispatcher looks for work that nobody woke it for.',
    who: 'dispatcher',
  }),
  LEASE_SLACK_MS: setting(whole(500, 600_000, 15_000), {
    what: 'A delivery’s lease is its subscription’s timeout plus this.',
    who: 'dispatcher',
  }),
  OUTBOX_GRACE_MS: setting(whole(0, 60_000, 2_000), {
    what: 'How long an accepted event waits for the queue before the sweep fans it out.',
    who: 'both',
  }),
  PROGRESS_BOUND_MS: setting(whole(1_000, 3_600_000, 60_000), {
    what: 'A dispatcher that has moved nothing for this long, although there is work as long overdue, says that it does not live.',
    who: 'dispatcher',
  }),
  SHUTDOWN_DEADLINE_MS: setting(whole(100, 600_000, 40_000), {
    what: 'How long a stopping dispatcher lets requests under way finish.',
    who: 'dispatcher',
  }),
  RETENTION_DAYS: setting(whole(1, 3_650, 30), {
    what: 'Days that events and their deliveries are kept once all of them have ended; a tenant may ask for fewer. The same for all processes.',
    who: 'both',
  }),
  AUDIT_RETENTION_DAYS: setting(whole(1, 36_500, 365), {
    what: 'Days that the audit log is kept.',
    who: 'dispatcher',
  }),
  ROLLUP_INTERVAL_MS: setting(whole(50, 60_000, 3_000), {
    what: 'How often a process writes down the figures it gathered.',
    who: 'both',
  }),
  BACKLOG_INTERVAL_MS: setting(whole(100, 600_000, 10_000), {
    what: 'How often one of the dispatchers measures what waits; less often when that takes long.',
    who: 'dispatcher',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(collectorUrl, {
    what: 'OpenTelemetry collector that gets traces as JSON over HTTP, at `/v1/traces` below it. Absent: no traces.',
    who: 'both',
    shownDefault: '(no traces)',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting(collectorUrl, {
    what: 'The same with its whole path, for traces alone.',
    who: 'both',
    shownDefault: '(no traces)',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: setting(headerList, {
    what: 'Headers for the collector, as `name=value` with percent-encoding, comma-separated.',
    who: 'both',
    secret: true,
    shownDefault: '(none)',
  }),
  OTEL_SERVICE_NAME: setting(z.string().min(1).max(255).optional(), {
    what: 'Name of the service in traces.',
    who: 'both',
    shownDefault: '(`tidings-gateway`, `tidings-dispatcher`)',
  }),
  OTEL_TRACES_SAMPLER: setting(z.enum(SAMPLERS).default('parentbased_always_on'), {
    what: `Which traces are told of: ${SAMPLERS.map((name) => `\`${name}\``).join(', ')}.`,
    who: 'both',
  }),
  OTEL_TRACES_SAMPLER_ARG: setting(z.coerce.number().min(0).max(1).default(1), {
    what: 'Share of traces that are told of, 0 to 1, where the sampler goes by a ratio.',
    who: 'both',
  }),
  SEND_TRACEPARENT: setting(flag(true), {
    what: 'Send `traceparent` with every request to an endpoint, while there are traces.',
    who: 'dispatcher',
  }),
  FAIL_POINT: setting(z.enum(['', 'crash-before-commit', 'crash-after-commit', 'skip-wake', 'never-claim']).default(''), {
    what: 'Kills the gateway at a named point of publish, leaves out its wake-up, or leaves a dispatcher without places. For tests only.',
    who: 'tests',
    shownDefault: '(none)',
  }),
} as const;

type Schemas = typeof SETTINGS;
export type Settings = { [K in keyof Schemas]: z.output<Schemas[K]['schema']> };

const schemaOfAll = z.object(Object.fromEntries(Object.entries(SETTINGS).map(([name, { schema }]) => [name, schema])));

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads and checks all settings at once. An empty value counts as absent.
 * Throws SettingsError that names every faulty setting and what is wrong with it, never its value.
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const given = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, environment[name] === '' ? undefined : environment[name]]));
  const result = schemaOfAll.safeParse(given);
  if (result.success) return result.data as Settings;
  const faults = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `${name} is required` : `${name}: ${issue.message}`;
  });
  throw new SettingsError(`The settings are not usable: ${faults.join('; ')}.`);
}

/** The settings for one start-up log line: secrets are only said to be set or not. */
export function maskedSettings(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { about }]) => {
      const value = settings[name as keyof Settings];
      return [name, about.secret ? (value === undefined ? 'unset' : 'set') : value];
    }),
  );
}
