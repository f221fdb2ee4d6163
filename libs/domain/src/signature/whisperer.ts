import { createHmac } from 'node:crypto';

/** The value of `X-Whisperer-Signature`: the secret's text is the key, the exact body is what is signed. Source: Akinon's dj-whisperer. */
export const signWhisperer = (secret: string, body: Buffer): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
