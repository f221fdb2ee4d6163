import { contensisPayload } from './contensis.js';
import type { PayloadContext } from './payload-context.js';
import { socotraPayload } from './socotra.js';
import { standardPayload } from './standard.js';
import { whispererPayload } from './whisperer.js';

/** The shapes of a body that subscribers can ask for by name; each is a document's own but the first. */
const PAYLOADS = {
  standard: standardPayload,
  whisperer: whispererPayload,
  socotra: socotraPayload,
  contensis: contensisPayload,
} as const satisfies Record<string, (context: PayloadContext) => Buffer>;

export type PayloadFormat = keyof typeof PAYLOADS;
export const PAYLOAD_FORMATS = Object.keys(PAYLOADS) as PayloadFormat[];

/**
 * The content type of a body where the subscriber's headers name none. Source: Contensis, "Webhooks", headers: its own names the charset.
 */
export const contentTypeOf = (format: PayloadFormat): string =>
  format === 'contensis' ? 'application/json; charset=utf-8' : 'application/json';

export const renderPayload = (format: PayloadFormat, context: PayloadContext): Buffer => PAYLOADS[format](context);
