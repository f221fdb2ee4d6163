import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { isBlockedAddress, type AllowList } from './address-policy.js';
import type { FieldError } from './errors.js';
import { LIMITS } from './limits.js';
import { MASK, maskPlaceholders } from './placeholder-mask.js';
import { isAllowedPort, type Ports } from './port-policy.js';

export interface UrlPolicy {
  /** Plain http is for development: a production deployment leaves it off. */
  allowHttp: boolean;
  allow: AllowList;
  /** The only ports there may be; absent: 80, 443 and those above 1023 that are no well-known other service's. */
  ports?: Ports | null;
  /** Our own public names, `host` or `host:port`: a subscription that points back at us would feed itself. */
  selfHosts?: readonly string[];
}

type Fault = Omit<FieldError, 'path'>;

interface Target {
  masked: string;
  url: URL;
  /** Canonical host: an address without brackets, or a name in lower case and punycode without its final dot. */
  host: string;
}

/** A convenience for people: a name may resolve to anything, so the address that is dialled is judged again when connecting. */
const INTERNAL_NAME = /^(localhost|kubernetes|metadata)$|^(kubernetes|metadata)\.|\.(localhost|internal|local|svc)$/;

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * The first thing wrong with an endpoint's URL, or null. `text` may hold `{/pointer}` placeholders in its path and query; they are masked first.
 * What is judged is the host that the URL parser finds, not the one that a person reads: `http://0x7f.1` is 127.0.0.1.
 */
export function checkEndpointUrl(text: string, policy: UrlPolicy, path = '/url'): FieldError | null {
  const fault = faultOf(text, policy);
  return fault && { path, ...fault };
}

function faultOf(text: string, policy: UrlPolicy): Fault | null {
  const masked = maskPlaceholders(text);
  const badText = checkText(text, masked) ?? checkAuthority(masked);
  if (badText) return badText;
  if (!URL.canParse(masked)) return explainUnparsable(masked);
  const target = parse(masked);
  for (const check of [checkHost, checkScheme, checkForm, checkPort, checkSelf]) {
    const fault = check(target, policy);
    if (fault) return fault;
  }
  return null;
}

function parse(masked: string): Target {
  const url = new URL(masked);
  return { masked, url, host: url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') };
}

/** The URL parser strips blanks and control characters in silence; what is stored would not be what is dialled. */
function checkText(text: string, masked: string): Fault | null {
  if (Buffer.byteLength(text) > LIMITS.urlBytes.max) return fault('url_too_long', `A URL has at most ${LIMITS.urlBytes.max} bytes.`);
  return text.includes(MASK) || /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u.test(masked)
    ? fault('url_invalid_character', 'A URL holds no blanks, control characters or invisible characters.')
    : null;
}

/** Scheme and authority as the parser will read them, which takes any run of slashes and backslashes, or none, after the scheme. */
function checkAuthority(masked: string): Fault | null {
  const [, scheme = '', authority = ''] = /^([^:/\\?#]*:)?[\\/]*([^\\/?#]*)/.exec(masked) ?? [];
  if (/[{}\uE000]/.test(scheme + authority)) {
    return fault('template_in_authority', 'Only the path and the query of a URL may be templates; scheme, host and port are literal.');
  }
  if (!/^https?:$/i.test(scheme)) return fault('url_scheme', 'A URL starts with https://.');
  return authority.includes('@') ? fault('url_userinfo', 'A URL holds no user name or password; use a secret header.') : null;
}

/** What is wrong is the port when the URL parses without it. */
function explainUnparsable(masked: string): Fault {
  const withoutPort = masked.replace(/^(https?:[\\/]*(?:\[[^\]]*\]|[^:[\\/?#]*)):[^\\/?#]*/i, '$1');
  return withoutPort !== masked && URL.canParse(withoutPort) ? badPort() : badHost();
}

function checkHost({ host }: Target, policy: UrlPolicy): Fault | null {
  const blocked = isIP(host) ? isBlockedAddress(host, policy.allow) : INTERNAL_NAME.test(host);
  if (blocked) return fault('url_blocked_address', 'This address is not one that may be called.');
  return isIP(host) || isPublicName(host) ? null : badHost();
}

function isPublicName(name: string): boolean {
  const labels = name.split('.');
  return name.length <= 253 && labels.length > 1 && labels.every((label) => LABEL.test(label) && isSoundPunycode(label));
}

/** The parser lets an ASCII name pass unread; a label that does not survive decoding and encoding again is none. */
function isSoundPunycode(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const decoded = domainToUnicode(label);
  return decoded !== label && domainToASCII(decoded) === label;
}

const checkScheme = ({ url }: Target, { allowHttp }: UrlPolicy): Fault | null =>
  url.protocol === 'https:' || allowHttp ? null : fault('url_https_required', 'A URL starts with https://.');

function checkForm({ masked }: Target): Fault | null {
  if (masked.includes('\\')) return fault('url_invalid_character', 'A URL holds no backslash.');
  if (!/^https?:\/\/[^/]/i.test(masked)) return badHost();
  return masked.includes('#') ? fault('url_fragment', 'A URL has no fragment: it would never be sent.') : null;
}

const checkPort = ({ url, host }: Target, { allow, ports = null }: UrlPolicy): Fault | null =>
  isAllowedPort(portOf(url), ports, allow.includes(host)) ? null : badPort();

function checkSelf({ url, host }: Target, { selfHosts = [] }: UrlPolicy): Fault | null {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const own = selfHosts.some((entry) => [name, `${name}:${portOf(url)}`].includes(entry.toLowerCase()));
  return own ? fault('url_self', 'A subscription cannot point back at this service.') : null;
}

const portOf = (url: URL): number => (url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port));

const fault = (code: string, message: string): Fault => ({ code, message });

const badHost = (): Fault => fault('url_host', 'A URL names a full host name, such as hooks.example.com, or a public address.');

const badPort = (): Fault =>
  fault(
    'url_port',
    'The port is not one that may be called: 80, 443, or above 1023 and not that of a well-known other service, unless the deployment says otherwise.',
  );
