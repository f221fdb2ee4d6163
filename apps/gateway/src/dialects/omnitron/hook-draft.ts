import { invalidField } from '#domain/errors.js';
import type { HeaderSpec, SubscriptionSpec } from '#domain/subscription.js';
import type { SubscriptionDraft } from '../../subscriptions/subscription-fields.js';
import { toDraft } from '../../subscriptions/to-draft.js';
import { authHeader, type BasicAuth, type HookConfig, isAuthorization, MASKED } from './hook-auth.js';
import { eventTypeOf, type HookRow, usernameOf } from './hook.dto.js';
import type { HookChanges, NewHook } from './read-hook.js';
import { DEFAULT_COUNTDOWN, toPolicy } from './retry-countdown.js';

/** Source: dj-whisperer's WHISPERER_REQUEST_TIMEOUT. */
const TIMEOUT_MS = 10_000;

/** A new hook: signed and shaped as dj-whisperer does, every answer but a 2xx tried again. */
export function newHook(hook: NewHook): SubscriptionDraft {
  const draft = toDraft({
    name: hook.event_type,
    url: hook.target_url,
    eventTypes: [hook.event_type],
    format: 'whisperer',
    signature: { style: 'whisperer' },
    // Its other members' defaults ask for all that is no 2xx.
    failureHandling: { retry: toPolicy(hook.retry_countdown_config ?? DEFAULT_COUNTDOWN) },
    timeoutMs: TIMEOUT_MS,
    enabled: hook.is_active ?? true,
  });
  const { additional_headers: headers = {}, config = { free: {}, auth: null } } = hook;
  return { ...draft, spec: { ...draft.spec, ...withConfig(config), headers: [...plainHeaders(headers), ...authHeaders(config.auth)] } };
}

/** The hook after a change. What this dialect cannot say of a subscription stays as it is. */
export function changeHook(row: HookRow & { enabled: boolean }, changes: HookChanges): SubscriptionDraft {
  const { target_url: url, event_type: type, retry_countdown_config: countdown, additional_headers: headers, config } = changes;
  requireSameUser(config?.auth ?? null, usernameOf(row.dialectFields));
  const { spec } = row;
  const before = eventTypeOf(spec);
  const changed: SubscriptionSpec = {
    ...spec,
    ...(url === undefined ? {} : { url }),
    ...(type === undefined || type === before ? {} : { eventTypes: [type], name: spec.name === before ? type : spec.name }),
    ...(countdown === undefined ? {} : { failureHandling: { ...spec.failureHandling, retry: toPolicy(countdown) } }),
    ...(config === undefined ? {} : withConfig(config)),
    headers: changeHeaders(spec.headers, headers, config),
  };
  return { spec: changed, enabled: changes.is_active ?? row.enabled };
}

/** What beside the spec is kept of a hook. */
export const hookFields = (
  owner: unknown,
  config: HookConfig | undefined,
  before: Record<string, unknown> = {},
): Record<string, unknown> => {
  if (config === undefined) return { ...before, owner };
  const { auth: _auth, ...others } = before;
  return { ...others, owner, ...(config.auth ? { auth: { username: config.auth.username } } : {}) };
};

/** Other members of `config` are the client's own: they stand where the native API has them too. */
const withConfig = ({ free }: HookConfig): Pick<SubscriptionSpec, 'metadata'> => ({ metadata: free });

function changeHeaders(current: HeaderSpec[], plain: Record<string, string> | undefined, config: HookConfig | undefined): HeaderSpec[] {
  const others = current.filter((header) => header.secret && !isAuthorization(header));
  return [
    ...(plain === undefined ? current.filter(({ secret }) => !secret) : plainHeaders(plain)),
    ...others,
    ...(config === undefined ? current.filter(isAuthorization) : authHeaders(config.auth)),
  ];
}

const plainHeaders = (headers: Record<string, string>): HeaderSpec[] =>
  Object.entries(headers).map(([name, value]) => ({ name, values: [value], secret: false }));

const authHeaders = (auth: BasicAuth | null): HeaderSpec[] => (auth ? [authHeader(auth)] : []);

/** The mask stands for the password of the user who is stored; nobody else's is known. */
function requireSameUser(auth: BasicAuth | null, stored: string | null): void {
  if (auth?.password !== MASKED || auth.username === stored) return;
  throw invalidField('/config/auth/password', 'required', 'Give the password of this user name.');
}
