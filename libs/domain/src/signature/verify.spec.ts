import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { formatSecret, parseSigningKey, publicKeyOf } from './secret.js';
import { signStandard } from './standard.js';
import { verifyStandard, type ReceivedWebhook } from './verify.js';

const NOW = 1_700_000_000;
const hmac = formatSecret('hmac-sha256', Buffer.alloc(32, 1));
const other = formatSecret('hmac-sha256', Buffer.alloc(32, 2));
const ed25519 = formatSecret('ed25519', Buffer.alloc(32, 3));

function received(secrets: string[], changes: Partial<ReceivedWebhook> = {}, at = NOW, body = Buffer.from('{"a":1}')): ReceivedWebhook {
  const signature = signStandard({ id: 'evt_1', timestampSeconds: at, body, keys: secrets.map(parseSigningKey) });
  const headers = { 'Webhook-Id': 'evt_1', 'webhook-timestamp': String(at), 'WEBHOOK-SIGNATURE': signature };
  return { headers, body, keys: [hmac], nowSeconds: NOW, ...changes };
}

const verdict = (webhook: ReceivedWebhook) => {
  const result = verifyStandard(webhook);
  return result.ok ? 'ok' : result.reason;
};

describe('a received webhook', () => {
  it('is genuine with the right key, and tells its id and time', () => {
    expect(verifyStandard(received([hmac]))).toEqual({ ok: true, id: 'evt_1', timestampSeconds: NOW });
  });

  it('is genuine while either side rotates its secret', () => {
    expect(verdict(received([other, hmac]))).toBe('ok');
    expect(verdict(received([hmac], { keys: [other, hmac] }))).toBe('ok');
    expect(verdict(received([ed25519, hmac], { keys: [publicKeyOf(ed25519)] }))).toBe('ok');
  });

  it('is refused with another key', () => {
    expect(verdict(received([other]))).toBe('signature_mismatch');
    expect(verdict(received([ed25519]))).toBe('signature_mismatch');
    expect(verdict(received([hmac], { keys: [publicKeyOf(ed25519)] }))).toBe('signature_mismatch');
    expect(verdict(received([hmac], { keys: [] }))).toBe('signature_mismatch');
  });

  it('is refused when one byte of body, id, time or signature was changed', () => {
    const { headers, body } = received([hmac]);
    const changed = (name: string, value: string) => verdict(received([hmac], { headers: { ...headers, [name]: value } }));
    expect(verdict(received([hmac], { body: Buffer.from('{"a":2}') }))).toBe('signature_mismatch');
    expect(changed('Webhook-Id', 'evt_2')).toBe('signature_mismatch');
    expect(changed('webhook-timestamp', String(NOW + 1))).toBe('signature_mismatch');
    expect(changed('WEBHOOK-SIGNATURE', `v2,${String(headers['WEBHOOK-SIGNATURE']).slice(3)}`)).toBe('signature_mismatch');
    for (const junk of ['v1,', 'v1', ',', 'v1,AAAA', 'v1a,AAAA', '    '])
      expect(changed('WEBHOOK-SIGNATURE', junk)).toBe('signature_mismatch');
    expect(body.toString()).toBe('{"a":1}');
  });

  it.each<[number, string]>([
    [NOW - 301, 'timestamp_too_old'],
    [NOW - 300, 'ok'],
    [NOW + 300, 'ok'],
    [NOW + 301, 'timestamp_too_new'],
  ])('of time %d is %s', (at, expected) => {
    expect(verdict(received([hmac], {}, at))).toBe(expected);
  });

  it('cannot be made young again by reading a part of its body as its timestamp', () => {
    const old = NOW - 86_400;
    const { headers } = received([hmac], {}, old, Buffer.from(`${NOW}.5`));
    const shifted = { ...headers, 'Webhook-Id': `evt_1.${old}`, 'webhook-timestamp': String(NOW) };
    expect(verdict(received([hmac], { headers: shifted, body: Buffer.from('5') }))).toBe('signature_mismatch');
  });

  it('may be held to a tighter clock', () => {
    expect(verdict(received([hmac], { toleranceSeconds: 10 }, NOW - 11))).toBe('timestamp_too_old');
  });

  it.each(['Webhook-Id', 'webhook-timestamp', 'WEBHOOK-SIGNATURE'])('without %s is refused', (name) => {
    const { headers } = received([hmac]);
    expect(verdict(received([hmac], { headers: { ...headers, [name]: undefined } }))).toBe('missing_header');
    expect(verdict(received([hmac], { headers: { ...headers, [name]: ['a', 'b'] } }))).toBe('missing_header');
  });

  it.each(['yesterday', '-1', '1e9', '17000000.5', ' 1700000000', '1700000000x'])('of time %j is refused', (timestamp) => {
    const { headers } = received([hmac]);
    expect(verdict(received([hmac], { headers: { ...headers, 'webhook-timestamp': timestamp } }))).toBe('timestamp_invalid');
  });

  it('signed by the official library is genuine, whatever its body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const body = Buffer.from(text);
        const headers = {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(NOW),
          'webhook-signature': new Webhook(hmac).sign('msg_1', new Date(NOW * 1_000), body.toString()),
        };
        expect(verdict({ headers, body, keys: [hmac], nowSeconds: NOW })).toBe('ok');
      }),
    );
  });
});
