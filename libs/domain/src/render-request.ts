import type { EventTree, StoredEvent } from './event.js';
import { deliveryUuid, formatId } from './ids.js';
import type { RequestTemplate } from './match/compile-subscription.js';
import { namesIn } from './match/fields.js';
import { contentTypeOf, renderPayload } from './payload/payload-format.js';
import type { BodyTemplate } from './template/body-template.js';
import { chooseTemplate } from './template/choose.js';
import type { TemplateContext } from './template/context.js';
import { renderBody } from './template/render-body.js';
import { renderHeader } from './template/render-header.js';
import { renderUrl } from './template/render-url.js';

/**
 * The template as far as a delivery's first body leaves it open: one that was sent in the default shape is sent in it again, even if its subscriber
 * has a template by now.
 */
export const withFirstBody = (request: RequestTemplate, first: RenderedRequest['bodySource'] | null): RequestTemplate =>
  first === 'default' ? { ...request, bodies: {}, format: 'standard' } : request;

/** An event with the tree that was read out of it. */
export interface EventToRender {
  readonly stored: StoredEvent;
  readonly tree: EventTree;
}

/** A body as an earlier attempt sent it. */
export interface SentBody {
  body: Buffer;
  contentType: string;
}

/** A request but for its signatures, its secret headers and `content-type`, which stands apart. */
export interface RenderedRequest {
  method: RequestTemplate['method'];
  url: string;
  /** By name as the subscriber wrote it; each value is a line of its own. */
  headers: Record<string, string[]>;
  body: Buffer;
  contentType: string;
  /** `default`: made again from the event, it is the same bytes every time. `template`: to be kept for the next attempt. */
  bodySource: 'default' | 'template';
}

/**
 * Renders the request of one subscriber for one event. With `sent` its body and content type are repeated, while url and headers
 * are today's.
 *
 * @throws DomainError `template_error` when the event does not fit the templates
 */
export function renderRequest(request: RequestTemplate, event: EventToRender, sent?: SentBody): RenderedRequest {
  const delivery = deliveryUuid(event.stored.uuid, request.uuid);
  const context: TemplateContext = {
    ...event.tree,
    subscription: request.subscription,
    delivery: { id: formatId('dlv', delivery), uuid: delivery },
  };
  const { contentType, headers } = renderHeaders(request, context);
  const url = renderUrl(request.url, context);
  const { method } = request;
  if (sent) return { method, url, headers, ...sent, bodySource: 'template' };
  const template = bodyTemplateOf(request, event);
  if (template === undefined) {
    const body = renderPayload(request.format, { ...event, delivery, subscription: request.uuid });
    // Only the standard shape can be made again at any time; the others are kept, in case the subscription asks for another one day.
    return { method, url, headers, body, contentType, bodySource: request.format === 'standard' ? 'default' : 'template' };
  }
  const body = renderBody(template, context, { isJson: isJsonType(contentType) });
  return { method, url, headers, body, contentType, bodySource: 'template' };
}

/** `application/json`, `application/vnd.api+json; charset=utf-8`, `text/json`. */
const isJsonType = (contentType: string): boolean => /^(?:application|text)\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(contentType.trim());

/** A subscriber's own content type wins over ours (Contensis lets it be overridden), and is no header beside it. */
function renderHeaders(request: RequestTemplate, context: TemplateContext): Pick<RenderedRequest, 'contentType' | 'headers'> {
  const headers: Record<string, string[]> = {};
  let contentType = contentTypeOf(request.format);
  for (const { name, template } of request.headers) {
    const values = renderHeader(template, context);
    if (name.toLowerCase() === 'content-type') contentType = values[0] ?? contentType;
    else if (values.length > 0) headers[name] = values;
  }
  return { contentType, headers };
}

function bodyTemplateOf(request: RequestTemplate, { stored, tree }: EventToRender): BodyTemplate | undefined {
  const event = { stored, tree, registered: null, appPermissions: null };
  const [resourceType = null] = namesIn(event, 'resourceType');
  const [contentTypeId = null] = namesIn(event, 'contentTypeId');
  return chooseTemplate(request.bodies, stored.resourceType ?? resourceType, contentTypeId) as BodyTemplate | undefined;
}
