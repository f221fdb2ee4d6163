/**
 * How requests sign in at an endpoint. The one secret of each kind stands in it only on its way in; it is stored sealed, apart from the
 * subscription, and shown nowhere.
 */
export type EndpointAuth =
  /** `Authorization: Basic`. Source: RFC 7617. */
  | { kind: 'basic'; username: string; password?: string }
  /** `Authorization: Bearer` with a token that never changes. Source: RFC 6750. */
  | { kind: 'bearer'; token?: string }
  /** Client credentials, the client named by HTTP basic. Source: RFC 6749, 4.4 and 2.3.1. */
  | { kind: 'oauth2'; tokenUrl: string; clientId: string; clientSecret?: string; scope?: string | null; audience?: string | null }
  /**
   * A user name and a password posted as JSON to `url`, which answers with a token in one member. Absent members have the defaults of
   * LOGIN_DEFAULTS. Source: dj-whisperer's `config.auth` of the type `token`.
   */
  | {
      kind: 'tokenLogin';
      url: string;
      username: string;
      password?: string;
      usernameField?: string;
      passwordField?: string;
      tokenField?: string;
      /** The Authorization header; `{}` stands for the token. */
      headerFormat?: string;
    };

export type AuthKind = EndpointAuth['kind'];

/** The kinds whose token is asked for elsewhere. */
export type TokenAuth = Extract<EndpointAuth, { kind: 'oauth2' | 'tokenLogin' }>;

export const LOGIN_DEFAULTS = {
  usernameField: 'username',
  passwordField: 'password',
  tokenField: 'key',
  headerFormat: 'Token {}',
} as const;

/** The member of each kind that is secret. */
export const SECRET_MEMBER = { basic: 'password', bearer: 'token', oauth2: 'clientSecret', tokenLogin: 'password' } as const;

export const isTokenAuth = (auth: EndpointAuth): auth is TokenAuth => auth.kind === 'oauth2' || auth.kind === 'tokenLogin';

/** The secret as it was given; undefined where the stored one is meant. */
export const secretOf = (auth: EndpointAuth): string | undefined => (auth as Record<string, unknown>)[SECRET_MEMBER[auth.kind]] as string;

/** The same without its secret, and without members that say nothing: as it is stored and shown. */
export function withoutSecret<A extends EndpointAuth>(auth: A): A {
  const members: [string, unknown][] = Object.entries(auth);
  const told = members.filter(([name, value]) => name !== SECRET_MEMBER[auth.kind] && value !== undefined && value !== null);
  return Object.fromEntries(told) as A;
}

/**
 * Whether a stored secret still belongs to what is asked now: only where nothing else has changed. Else whoever may change a subscription
 * could have its secret sent to a token endpoint of their own.
 */
export function isSameAccount(asked: EndpointAuth, stored: EndpointAuth): boolean {
  const [a, b] = [withDefaults(asked), withDefaults(stored)];
  const names = Object.keys({ ...a, ...b });
  return names.every((name) => a[name] === b[name]);
}

const withDefaults = (auth: EndpointAuth): Record<string, unknown> => ({
  ...(auth.kind === 'tokenLogin' ? LOGIN_DEFAULTS : {}),
  ...withoutSecret(auth),
});
