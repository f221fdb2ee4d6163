import { signSocotra } from './socotra.js';

describe('a Socotra signature', () => {
  it('is the hex HMAC-SHA256 of the exact body under the text of the secret (RFC 4231, case 2)', () => {
    const digest = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(signSocotra('Jefe', Buffer.from('what do ya want for nothing?'))).toBe(`sha256=${digest}`);
  });

  it('changes with every byte, also those that are no text', () => {
    expect(signSocotra('s', Buffer.from([0xff]))).not.toBe(signSocotra('s', Buffer.from([0xfe])));
  });
});
