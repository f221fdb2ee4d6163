import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { signatureHeaders, type SignedMessage } from './headers.js';
import { formatSecret } from './secret.js';

const whsec = (fill: number) => formatSecret('hmac-sha256', Buffer.alloc(32, fill));
const body = Buffer.from('{"event":{"type":"package.created"},"payload":{}}');
const message = (changes: Partial<SignedMessage> = {}): SignedMessage => ({
  id: 'evt_01J',
  timestampSeconds: 1_700_000_000,
  eventType: 'package.created',
  body,
  secrets: ['s3cret'],
  ...changes,
});
const hex = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('the headers of a signed request', () => {
  it('of the standard style satisfy the official library with the current and with the rotated secret', () => {
    const now = Math.floor(Date.now() / 1_000);
    const headers = signatureHeaders('standard', message({ secrets: [whsec(1), whsec(2)], timestampSeconds: now }));
    expect(headers).toEqual({
      'webhook-id': 'evt_01J',
      'webhook-timestamp': String(now),
      'webhook-signature': expect.stringMatching(/^v1,\S+ v1,\S+$/),
    });
    expect(new Webhook(whsec(1)).verify(body.toString(), headers)).toEqual(JSON.parse(body.toString()));
    expect(new Webhook(whsec(2)).verify(body.toString(), headers)).toEqual(JSON.parse(body.toString()));
    expect(() => new Webhook(whsec(3)).verify(body.toString(), headers)).toThrow('No matching signature');
  });

  it('of the whisperer style name the event and sign with the secret’s text', () => {
    expect(signatureHeaders('whisperer', message({ secrets: ['s3cret', 'old'] }))).toEqual({
      'X-Whisperer-Event': 'package.created',
      'X-Whisperer-Signature': hex('s3cret'),
    });
  });

  it('of the whisperer style hold no signature for a hook without a secret', () => {
    expect(signatureHeaders('whisperer', message({ secrets: [] }))).toEqual({ 'X-Whisperer-Event': 'package.created' });
  });

  it('of the socotra style hold the tag only when there is one', () => {
    expect(signatureHeaders('socotra', message())).toEqual({ 'Socotra-Signature': hex('s3cret') });
    expect(signatureHeaders('socotra', message({ tag: 'v2' }))).toEqual({
      'Socotra-Signature': hex('s3cret'),
      'Socotra-Signature-Tag': 'v2',
    });
  });

  it('of no style are none', () => {
    expect(signatureHeaders('none', message())).toEqual({});
  });

  it.each(['standard', 'socotra'] as const)('of the %s style are refused rather than left unsigned', (style) => {
    expect(() => signatureHeaders(style, message({ secrets: [] }))).toThrow(expect.objectContaining({ code: 'secret_missing' }));
  });

  it('of the whisperer style match a digest computed elsewhere', () => {
    const { 'X-Whisperer-Signature': signature } = signatureHeaders(
      'whisperer',
      message({ body: Buffer.from('what do ya want for nothing?'), secrets: ['Jefe'] }),
    );
    expect(signature).toBe('sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'); // RFC 4231, case 2
  });
});
