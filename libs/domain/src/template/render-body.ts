import { LIMITS } from '../limits.js';
import type { BodyPart, BodyTemplate, Insertion } from './body-template.js';
import type { TemplateContext } from './context.js';
import { templateError, toJson, toJsonString, toText } from './insertion.js';
import { resolvePointer } from './resolve.js';
import { isJson } from './string-form.js';

/** Largest rendered body, in bytes. */
export const MAX_BODY_BYTES = LIMITS.renderedBytes.max;

export interface RenderBodyOptions {
  /** Whether the request's content type is JSON: then the body must parse, and a lone string keeps its quotes. */
  isJson: boolean;
  /** Largest body in bytes; MAX_BODY_BYTES by default. */
  maxBytes?: number;
}

const WRITERS: Record<Insertion, (value: unknown) => string> = { json: toJson, jsonString: toJsonString, text: toText };

/**
 * Renders a body in a single pass: inserted values are never read as templates again.
 *
 * @throws DomainError `template_error` when the body outgrows `maxBytes`, or should be JSON and is not
 */
export function renderBody(template: BodyTemplate, context: TemplateContext, options: RenderBodyOptions): Buffer {
  const { maxBytes = MAX_BODY_BYTES } = options;
  let body = '';
  let bytes = 0;
  for (const part of template.parts) {
    const piece = renderPart(part, template, context, options);
    bytes += Buffer.byteLength(piece);
    if (bytes > maxBytes) throw templateError(`The rendered body is larger than ${maxBytes} bytes.`);
    body += piece;
  }
  if (options.isJson && template.form === 'text' && !isJson(body)) throw templateError('The rendered body is not JSON.');
  return Buffer.from(body);
}

function renderPart(part: BodyPart, template: BodyTemplate, context: TemplateContext, options: RenderBodyOptions): string {
  if (typeof part === 'string') return part;
  const insertion = template.form === 'value' && !options.isJson ? 'text' : part.as;
  return WRITERS[insertion](resolvePointer(part.tokens, context));
}
