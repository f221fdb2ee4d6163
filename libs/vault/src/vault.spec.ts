import fc from 'fast-check';
import { parseKeyRing } from './key-ring.js';
import { aadOf, headerPurpose, Vault } from './vault.js';

const entry = (kid: string, fill: number) => `${kid}:${Buffer.alloc(32, fill).toString('base64')}`;
const vault = new Vault(parseKeyRing(entry('new', 1)));
const oldVault = new Vault(parseKeyRing(entry('old', 2)));
const rotated = new Vault(parseKeyRing(`${entry('new', 1)},${entry('old', 2)}`));
const aad = aadOf('ten_1', 'sub_1', 'signing-secret');
const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('a sealed secret', () => {
  it('opens to exactly what was sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, bound) => {
        expect(vault.open(vault.seal(text, bound), bound)).toBe(text);
      }),
    );
  });

  it('names its version and key and shows nothing else', () => {
    const sealed = vault.seal('hush', aad);
    expect(sealed).toMatch(/^v1\.new\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
    expect(sealed).not.toContain(Buffer.from('hush').toString('base64url'));
  });

  it('is different every time', () => {
    expect(new Set(Array.from({ length: 100 }, () => vault.seal('hush', aad))).size).toBe(100);
  });

  it.each([
    ['another tenant', aadOf('ten_2', 'sub_1', 'signing-secret')],
    ['another subscription', aadOf('ten_1', 'sub_2', 'signing-secret')],
    ['another purpose', aadOf('ten_1', 'sub_1', 'header:Authorization')],
    ['nobody', ''],
  ])('stays shut for %s', (_who, other) => {
    expect(() => vault.open(vault.seal('hush', aad), other)).toThrow(refusal('secret_unreadable'));
  });

  it('of a header opens under its name in any case, and under no other name', () => {
    const sealed = vault.seal('hush', aadOf('ten_1', 'sub_1', headerPurpose('X-Api-Key')));
    expect(vault.open(sealed, aadOf('ten_1', 'sub_1', headerPurpose('x-api-KEY')))).toBe('hush');
    expect(() => vault.open(sealed, aadOf('ten_1', 'sub_1', headerPurpose('X-Other')))).toThrow(refusal('secret_unreadable'));
    expect(() => vault.open(sealed, aadOf('ten_1', 'sub_1', headerPurpose('X-Api-Key', 'alert-header')))).toThrow(
      refusal('secret_unreadable'),
    );
  });

  it('stays shut after any one byte was changed', () => {
    const parts = vault.seal('hush', aad).split('.');
    for (const part of [2, 3, 4]) {
      const bytes = Buffer.from(parts[part] ?? '', 'base64url');
      for (let i = 0; i < bytes.length; i++) {
        const changed = Buffer.from(bytes);
        changed[i]! ^= 1;
        expect(() => vault.open(parts.with(part, changed.toString('base64url')).join('.'), aad)).toThrow(refusal('secret_unreadable'));
      }
    }
  });

  it('stays shut with a shortened tag', () => {
    const parts = vault.seal('hush', aad).split('.');
    const tag = Buffer.from(parts[4] ?? '', 'base64url');
    for (const bytes of [0, 4, 8, 12, 15]) {
      expect(() => vault.open(parts.with(4, tag.subarray(0, bytes).toString('base64url')).join('.'), aad)).toThrow(
        refusal('secret_unreadable'),
      );
    }
  });

  it.each([
    '',
    'hush',
    'v1',
    'v1.new',
    'v1.new...',
    'v2.new.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA',
    'v1.new.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA.x',
  ])('is none: %j', (text) => {
    expect(() => vault.open(text, aad)).toThrow(refusal('secret_unreadable'));
    expect(() => vault.needsReseal(text)).toThrow(refusal('secret_unreadable'));
  });
});

describe('key rotation', () => {
  it('opens what an older key sealed, and asks to seal it anew', () => {
    const sealed = oldVault.seal('hush', aad);
    expect(rotated.open(sealed, aad)).toBe('hush');
    expect(rotated.needsReseal(sealed)).toBe(true);
    expect(rotated.needsReseal(rotated.seal('hush', aad))).toBe(false);
  });

  it('seals the same secret anew under the active key, and leaves alone what is under it already', () => {
    const anew = rotated.reseal(oldVault.seal('hush', aad), aad);
    expect([rotated.needsReseal(anew), rotated.open(anew, aad)]).toEqual([false, 'hush']);
    expect(rotated.reseal(anew, aad)).toBe(anew);
    expect(() => rotated.reseal(oldVault.seal('hush', 'elsewhere'), aad)).toThrow(refusal('secret_unreadable'));
  });

  it('tells a missing key from a changed secret', () => {
    expect(() => vault.open(oldVault.seal('hush', aad), aad)).toThrow(refusal('secret_key_missing'));
    const impostor = new Vault(parseKeyRing(entry('new', 9)));
    expect(() => impostor.open(vault.seal('hush', aad), aad)).toThrow(refusal('secret_unreadable'));
  });
});

it('the self-test passes with every key of a sound ring', () => {
  expect(() => rotated.selfTest()).not.toThrow();
});

it('the self-test fails for a key that AES-256 cannot use', () => {
  const short = { kid: 'short', key: Buffer.alloc(16) };
  expect(() => new Vault({ active: short, byKid: new Map([['short', short]]) }).selfTest()).toThrow();
});
