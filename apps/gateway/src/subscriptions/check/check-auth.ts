import { type AuthKind, type EndpointAuth, isSameAccount, SECRET_MEMBER, secretOf } from '#domain/endpoint-auth.js';
import type { FieldError } from '#domain/errors.js';
import { type Limit, LIMITS } from '#domain/limits.js';
import type { HeaderSpec } from '#domain/subscription.js';
import type { UrlPolicy } from '#domain/url-policy.js';
import { isObject, pointerToken } from './attempt.js';
import { checkLiteralUrl } from './check-request.js';

/** One member of a kind of credentials: text, unless it says otherwise. */
interface Member {
  isOptional?: true;
  isUrl?: true;
  limit?: Limit;
  /** What every value has to look like, and how that is said. */
  form?: [RegExp, string];
}

/** No control characters: they would end a header, or a field of a form. */
const PLAIN: [RegExp, string] = [/^\P{Cc}*$/u, 'A value holds no control characters.'];
/** Source: RFC 7617, 2: the first colon ends the user name. */
const NO_COLON: [RegExp, string] = [/^[^:\p{Cc}]*$/u, 'A user name holds no colon and no control characters.'];
const TOKEN: [RegExp, string] = [/^[\x21-\x7e]*$/, 'A token holds visible ASCII characters only.'];
/** Source: RFC 6749, 3.3. */
const SCOPE: [RegExp, string] = [
  /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
  'A scope is words of visible ASCII, with one blank between.',
];
const FORMAT: [RegExp, string] = [/^[\x20-\x7a\x7c\x7e]*\{\}[\x20-\x7a\x7c\x7e]*$/, 'A header is visible ASCII with one {} for the token.'];

const KINDS: Record<AuthKind, Record<string, Member>> = {
  basic: { username: { form: NO_COLON }, password: {} },
  bearer: { token: { form: TOKEN, limit: LIMITS.tokenBytes } },
  oauth2: {
    tokenUrl: { isUrl: true },
    clientId: {},
    clientSecret: {},
    scope: { isOptional: true, form: SCOPE },
    audience: { isOptional: true },
  },
  tokenLogin: {
    url: { isUrl: true },
    username: {},
    password: {},
    usernameField: { isOptional: true },
    passwordField: { isOptional: true },
    tokenField: { isOptional: true },
    headerFormat: { isOptional: true, form: FORMAT },
  },
};

const PATH = '/auth';

/** Faults of credentials as they came, whichever API they came through. `stored`: those there are, whose secret may be left out. */
export function checkAuth(auth: unknown, headers: readonly HeaderSpec[], policy: UrlPolicy, stored?: EndpointAuth | null): FieldError[] {
  if (auth === null || auth === undefined) return [];
  if (!isObject(auth)) return [{ path: PATH, code: 'invalid_type', message: 'Credentials are an object.' }];
  const { kind, ...members } = auth;
  if (!isKind(kind)) {
    return [{ path: `${PATH}/kind`, code: 'invalid_value', message: `Credentials are of the kind ${Object.keys(KINDS).join(', ')}.` }];
  }
  const faults = [...checkUnknown(kind, members), ...checkMembers(kind, members, policy)];
  // The two would be one header; which of them counts must not be a matter of luck.
  const header = headers.find(({ name }) => name.toLowerCase() === 'authorization');
  if (header) {
    const message = 'The credentials make the Authorization header: give one of the two.';
    faults.push({ path: `/headers/${pointerToken(header.name)}`, code: 'header_conflict', message });
  }
  return faults.length > 0 ? faults : checkSecret(auth as unknown as EndpointAuth, stored);
}

const isKind = (kind: unknown): kind is AuthKind => typeof kind === 'string' && Object.hasOwn(KINDS, kind);

const checkUnknown = (kind: AuthKind, members: object): FieldError[] =>
  Object.keys(members)
    .filter((name) => !Object.hasOwn(KINDS[kind], name))
    .map((name) => ({
      path: `${PATH}/${pointerToken(name)}`,
      code: 'unknown_field',
      message: `Credentials of this kind have no ${name}.`,
    }));

function checkMembers(kind: AuthKind, members: Record<string, unknown>, policy: UrlPolicy): FieldError[] {
  return Object.entries(KINDS[kind]).flatMap(([name, member]) => {
    const value = members[name];
    const isAbsent = value === undefined || (value === null && member.isOptional);
    if (!isAbsent) return checkMember(value, member, `${PATH}/${name}`, policy);
    // Whether a secret may be left out is judged when the rest is sound.
    const mayBeAbsent = member.isOptional || name === SECRET_MEMBER[kind];
    return mayBeAbsent ? [] : [{ path: `${PATH}/${name}`, code: 'required', message: `${name} is required.` }];
  });
}

function checkMember(
  value: unknown,
  { isUrl, limit = LIMITS.credentialBytes, form = PLAIN }: Member,
  path: string,
  policy: UrlPolicy,
): FieldError[] {
  if (typeof value !== 'string') return [{ path, code: 'invalid_type', message: 'This is text.' }];
  if (isUrl) return checkLiteralUrl(value, policy, path);
  const [pattern, message] = form;
  if (value === '') return [{ path, code: 'required', message: 'This may not be empty.' }];
  if (Buffer.byteLength(value) > limit.max) return [{ path, code: 'too_long', message: `At most ${limit.max} bytes.` }];
  return pattern.test(value) ? [] : [{ path, code: 'invalid_format', message }];
}

/** A secret is stored for one account and goes nowhere else. */
function checkSecret(auth: EndpointAuth, stored: EndpointAuth | null | undefined): FieldError[] {
  if (secretOf(auth) !== undefined || (stored && isSameAccount(auth, stored))) return [];
  const name = SECRET_MEMBER[auth.kind];
  return [{ path: `${PATH}/${name}`, code: 'required', message: `${name} is required: none is stored for just these credentials.` }];
}
