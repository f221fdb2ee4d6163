import type { SendResult } from '#domain/send-result.js';

/** What a request brought, in few words: `2xx` to `5xx`, or the family of the failure's code (`timeout`, `dns`, `connection`, `tls`, …). */
export const resultClass = (result: SendResult): string =>
  result.kind === 'response' ? `${Math.floor(result.status / 100)}xx` : result.code.split('_', 1)[0]!;
