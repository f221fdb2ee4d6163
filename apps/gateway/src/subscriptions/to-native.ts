import { formatId, ulidOf } from '#domain/ids.js';
import type { FailureHandling, SubscriptionSpec } from '#domain/subscription.js';
import type { SubscriptionEntity } from '#store/entities/subscription.entity.js';
import { showHeaders } from './header-fields.js';
import { showTls } from './tls-fields.js';
import type { FailureHandlingFields, SubscriptionFields } from './subscription-fields.js';

/** A stored subscription in the fields that clients write: what it says, and nothing of its state. */
export const toFields = ({ spec, enabled }: { spec: SubscriptionSpec; enabled: boolean }) =>
  ({
    name: spec.name,
    description: spec.description,
    url: spec.url,
    method: spec.method,
    eventTypes: spec.eventTypes,
    topics: spec.topics,
    sources: spec.sources,
    filter: spec.filter,
    headers: showHeaders(spec.headers),
    templates: spec.templates,
    format: spec.format ?? 'standard',
    signature: { ...spec.signature, tag: spec.signature.tag ?? null },
    tls: showTls(spec.tls),
    endpointCheck: spec.endpointCheck ?? false,
    failureHandling: showFailureHandling(spec.failureHandling),
    timeoutMs: spec.timeoutMs,
    maxConcurrency: spec.maxConcurrency,
    rateLimit: spec.rateLimit,
    enabled,
    metadata: spec.metadata,
  }) satisfies SubscriptionFields;

/** A stored subscription as the native API shows it. `secret` is shown where it was made, and nowhere else. */
export const toNative = (row: SubscriptionEntity, secret?: string) => ({
  id: formatId('sub', row.id),
  uuid: row.id,
  locator: ulidOf(row.id),
  number: Number(row.number),
  ...toFields(row),
  suspended: row.suspendedAt !== null,
  suspendedAt: row.suspendedAt?.toISOString() ?? null,
  suspendedReason: row.suspendedReason,
  active: row.enabled && row.suspendedAt === null,
  insecure: !row.spec.tls.verify,
  version: {
    createdBy: row.createdBy,
    created: row.createdAt.toISOString(),
    modifiedBy: row.modifiedBy,
    modified: row.modifiedAt.toISOString(),
    versionNo: versionText(row.versionNo),
  },
  ...(secret === undefined ? {} : { secret }),
});

export type NativeSubscription = ReturnType<typeof toNative>;

/** Versions count 1, 2, 3 and are written as Contensis has them: "1.0". */
export const versionText = (versionNo: number): string => `${versionNo}.0`;

const showFailureHandling = ({ triggers, retry, alertEndpoint, divert, suspend }: FailureHandling): Required<FailureHandlingFields> => ({
  triggers,
  retry,
  alertEndpoint: alertEndpoint && { url: alertEndpoint.url, headers: showHeaders(alertEndpoint.headers ?? []) },
  divert,
  suspend,
});
