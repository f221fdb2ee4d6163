import { createHmac } from 'node:crypto';

/** The value of `Socotra-Signature`. Socotra names the header and publishes no format; this one is our decision. */
export const signSocotra = (secret: string, body: Buffer): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
