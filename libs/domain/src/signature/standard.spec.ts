import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { formatSecret, parseSigningKey } from './secret.js';
import { signStandard } from './standard.js';

const sign = (secrets: string[], body: Buffer, id = 'evt_1', timestampSeconds = 1_614_265_330) =>
  signStandard({ id, timestampSeconds, body, keys: secrets.map(parseSigningKey) });

describe('a Standard Webhooks signature', () => {
  it('of the published vector is the published signature', () => {
    const signature = sign(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], Buffer.from('{"test": 2432232314}'), 'msg_p5jXN8AQM9LWM0D4loKWxJek');
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is what the official library makes, for every secret and text', () => {
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((random) => formatSecret('hmac-sha256', random));
    const seconds = fc.nat({ max: 4_102_444_800 });
    fc.assert(
      fc.property(secret, fc.stringMatching(/^[\w-]{1,40}$/), seconds, fc.string({ unit: 'binary' }), (whsec, id, at, text) => {
        const body = Buffer.from(text);
        expect(sign([whsec], body, id, at)).toBe(new Webhook(whsec).sign(id, new Date(at * 1_000), body.toString()));
      }),
    );
  });

  it('signs the bytes, also those that are no text', () => {
    const secret = formatSecret('hmac-sha256', Buffer.alloc(32, 9));
    expect(sign([secret], Buffer.from([0xff]))).not.toBe(sign([secret], Buffer.from([0xfe])));
  });

  it('has one part per key, in their order', () => {
    const [current, old] = [formatSecret('ed25519', Buffer.alloc(32, 1)), formatSecret('hmac-sha256', Buffer.alloc(32, 2))];
    const body = Buffer.from('{}');
    expect(sign([current, old], body)).toBe(`${sign([current], body)} ${sign([old], body)}`);
    expect(sign([current, old], body)).toMatch(/^v1a,[A-Za-z0-9+/]{86}== v1,[A-Za-z0-9+/]{43}=$/);
  });
});
