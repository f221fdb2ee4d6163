import type { EndpointAuth } from '#domain/endpoint-auth.js';
import type { HeaderSpec, SubscriptionSpec } from '#domain/subscription.js';
import type { SubscriptionDraft } from '../../subscriptions/subscription-fields.js';
import { toDraft } from '../../subscriptions/to-draft.js';
import { type HookConfig, isAuthorization, keepsHeader, requireSameAccount, showAuth, storedAuth } from './hook-auth.js';
import { eventTypeOf, type HookRow } from './hook.dto.js';
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
  const { additional_headers: headers = {}, config = { free: {}, auth: null }, callback = null } = hook;
  return { ...draft, spec: { ...draft.spec, ...withConfig(config), callback, headers: plainHeaders(headers) } };
}

/** The hook after a change. What this dialect cannot say of a subscription stays as it is. */
export function changeHook(row: HookRow & { enabled: boolean }, changes: HookChanges): SubscriptionDraft {
  const { target_url: url, event_type: type, retry_countdown_config: countdown, additional_headers: headers, config, callback } = changes;
  requireSameAccount(config?.auth ?? null, storedAuth(row));
  const isHeaderKept = config === undefined || keepsHeader(row, config);
  const { spec } = row;
  const before = eventTypeOf(spec);
  const changed: SubscriptionSpec = {
    ...spec,
    ...(url === undefined ? {} : { url }),
    ...(type === undefined || type === before ? {} : { eventTypes: [type], name: spec.name === before ? type : spec.name }),
    ...(countdown === undefined ? {} : { failureHandling: { ...spec.failureHandling, retry: toPolicy(countdown) } }),
    ...(config === undefined ? {} : withConfig({ ...config, auth: changeAuth(row, config) })),
    ...(callback === undefined ? {} : { callback }),
    headers: changeHeaders(spec.headers, headers, isHeaderKept),
  };
  return { spec: changed, enabled: changes.is_active ?? row.enabled };
}

/** Whom a changed hook signs in as; what only the native API can say of it stays until something else is asked for. */
function changeAuth(row: HookRow, config: HookConfig): EndpointAuth | null {
  if (keepsHeader(row, config)) return null;
  const { auth = null } = row.spec;
  return config.auth ?? (auth && showAuth(auth) === null ? auth : null);
}

/** What beside the spec is kept of a changed hook: the user name of older credentials goes with their header. */
export function changedFields(row: HookRow, config: HookConfig | undefined): Record<string, unknown> {
  if (config === undefined || keepsHeader(row, config)) return row.dialectFields;
  const { auth: _auth, ...others } = row.dialectFields;
  return others;
}

/** Other members of `config` are the client's own: they stand where the native API has them too. */
const withConfig = ({ free, auth }: HookConfig): Pick<SubscriptionSpec, 'metadata' | 'auth'> => ({ metadata: free, auth });

function changeHeaders(current: HeaderSpec[], plain: Record<string, string> | undefined, isAuthorizationKept: boolean): HeaderSpec[] {
  return [
    ...(plain === undefined ? current.filter(({ secret }) => !secret) : plainHeaders(plain)),
    ...current.filter((header) => header.secret && (isAuthorizationKept || !isAuthorization(header))),
  ];
}

const plainHeaders = (headers: Record<string, string>): HeaderSpec[] =>
  Object.entries(headers).map(([name, value]) => ({ name, values: [value], secret: false }));
