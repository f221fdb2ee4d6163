import { type FieldError, invalidField } from '#domain/errors.js';
import type { SubscriptionSpec, Templates } from '#domain/subscription.js';
import { isDeepStrictEqual } from 'node:util';
import { pointerToken, refusedFields } from '../../http/field-errors.js';
import type { SubscriptionDraft } from '../../subscriptions/subscription-fields.js';
import type { Written } from '../../subscriptions/subscriptions.service.js';
import { toDraft } from '../../subscriptions/to-draft.js';
import { versionText } from '../../subscriptions/to-native.js';
import { RETRY, TIMEOUT_MS } from './delivery-defaults.js';
import type { WriteWebhook } from './dto/write-webhook.dto.js';
import { checkTemplateKeys, checkTopics } from './known-topics.js';
import { checkHeaderShapes, readWebhookHeaders, showWebhookHeaders, type WebhookHeader } from './webhook-headers.js';

/** A subscription as it is stored. */
export type Row = Written['row'];

/** What a new webhook subscription is to be. Its requests are signed as all are (Standard Webhooks); whoever does not look is not disturbed. */
export function newDraft(body: WriteWebhook): SubscriptionDraft {
  const written = readWebhook(body);
  const draft = toDraft({
    ...written,
    enabled: body.enabled,
    format: 'contensis',
    timeoutMs: TIMEOUT_MS,
    failureHandling: { retry: RETRY },
  });
  return { ...draft, spec: { ...draft.spec, headers: readWebhookHeaders(headersOf(body)) } };
}

/** The subscription after a PUT: what Contensis has words for is replaced whole, and all else that the subscription says stays. */
export function changedDraft(body: WriteWebhook, { spec, enabled }: Row): SubscriptionDraft {
  const written = readWebhook(body, spec);
  return { enabled: body.enabled ?? enabled, spec: { ...spec, ...written, headers: readWebhookHeaders(headersOf(body), spec.headers) } };
}

type Readable = Pick<SubscriptionSpec, 'name' | 'description' | 'url' | 'method' | 'topics' | 'templates'>;

/** Throws DomainError with every fault that is Contensis' own to find; what is wrong with any subscription is found when it is saved. */
function readWebhook(body: WriteWebhook, stored?: SubscriptionSpec): Readable {
  const { name, description = null, method = 'POST', topics, templates } = body;
  const faults = [
    ...checkHeaderShapes(body.headers ?? {}),
    ...checkTopics(topics, stored?.topics ?? []),
    ...checkTemplates(templates ?? {}, stored?.templates ?? {}),
    ...checkTemplateKeys(Object.keys(templates ?? {}), Object.keys(stored?.templates ?? {})),
  ];
  if (faults.length > 0) throw refusedFields(faults);
  return { name, description, url: urlOf(body), method, topics, templates: templates ?? {} };
}

/** Its shapes have been checked by then. */
const headersOf = ({ headers }: WriteWebhook): Record<string, WebhookHeader> => (headers ?? {}) as Record<string, WebhookHeader>;

/** An older name of the url is `invokeUrl`; one of the two is needed. */
function urlOf({ url, invokeUrl }: WriteWebhook): string {
  if (url !== undefined && invokeUrl !== undefined && url !== invokeUrl) {
    throw invalidField('/invokeUrl', 'invalid_value', 'invokeUrl is an older name of url, and here they differ.');
  }
  const text = url ?? invokeUrl;
  if (text === undefined) throw invalidField('/url', 'required', 'url is required.');
  return text;
}

/** A template is an object, as in the document, or a string, as its vendor has them by now; one of another kind that is stored may stay. */
const checkTemplates = (templates: Templates, stored: Templates): FieldError[] =>
  Object.entries(templates)
    .filter(([key, template]) => typeof template !== 'string' && !isObject(template) && !isDeepStrictEqual(template, stored[key]))
    .map(([key]) => ({ path: `/templates/${pointerToken(key)}`, code: 'invalid_type', message: 'A template is an object or a string.' }));

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A stored subscription as Contensis' clients see it. */
export function toWebhook(row: Row) {
  const { spec, dialectFields } = row;
  return {
    id: row.id,
    name: spec.name,
    ...(spec.description === null ? {} : { description: spec.description }),
    url: spec.url,
    ...(spec.method === 'POST' ? {} : { method: spec.method }),
    enabled: row.enabled,
    topics: spec.topics,
    headers: showWebhookHeaders(spec.headers),
    templates: spec.templates,
    ...(typeof dialectFields['ui'] === 'boolean' ? { ui: dialectFields['ui'] } : {}),
    version: {
      createdBy: row.createdBy,
      created: toSecond(row.createdAt),
      modifiedBy: row.modifiedBy,
      modified: toSecond(row.modifiedAt),
      versionNo: versionText(row.versionNo),
    },
  };
}

export type Webhook = ReturnType<typeof toWebhook>;

/** As the document writes times: `2020-09-01T08:59:49Z`. */
const toSecond = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');
