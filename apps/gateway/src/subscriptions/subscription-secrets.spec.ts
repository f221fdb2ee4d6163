import { openVault } from '#vault/open-vault.js';
import { SigningSecretEntity } from '#store/entities/signing-secret.entity.js';
import { aadOf } from '#vault/vault.js';
import { copyOf } from './copy.js';
import type { SubscriptionFields } from './subscription-fields.js';
import { alertSecrets, SubscriptionSecrets } from './subscription-secrets.js';
import { toDraft } from './to-draft.js';

const vault = openVault(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
const secrets = new SubscriptionSecrets(vault);
const PLACE = { tenantId: 'ten', id: 'sub' };

const specOf = (headers: SubscriptionFields['headers'], alertHeaders: SubscriptionFields['headers'] = {}) =>
  toDraft({ name: 'n', url: 'u', headers, failureHandling: { alertEndpoint: { url: 'a', headers: alertHeaders } } }).spec;

const sealedEntity = (secret: string) =>
  Object.assign(new SigningSecretEntity(), { ...secrets.sealSigning(PLACE, secret), expiresAt: null });

describe('what a subscription keeps secret', () => {
  it('leaves the spec and is sealed for its tenant, its subscription and its header alone', () => {
    const { spec, secretHeaders } = secrets.sealSpec(
      PLACE,
      specOf({ Authorization: { value: 'canary', secret: true }, A: '1' }, { 'X-Key': { value: 'canary', secret: true } }),
    );
    expect(JSON.stringify({ spec, secretHeaders })).not.toContain('canary');
    expect(spec.headers).toEqual([
      { name: 'Authorization', values: [], secret: true },
      { name: 'A', values: ['1'], secret: false },
    ]);
    expect(vault.open(secretHeaders['Authorization']!, aadOf('ten', 'sub', 'header:authorization'))).toBe('canary');
    expect(vault.open(alertSecrets(spec).get('X-Key')!, aadOf('ten', 'sub', 'alert-header:x-key'))).toBe('canary');
    for (const aad of [
      aadOf('other', 'sub', 'header:authorization'),
      aadOf('ten', 'other', 'header:authorization'),
      aadOf('ten', 'sub', 'header:a'),
    ]) {
      expect(() => vault.open(secretHeaders['Authorization']!, aad)).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
    }
  });

  it('stays when it is named without a value, in any case, and goes when it is not named', () => {
    const stored = secrets.sealSpec(
      PLACE,
      specOf({ Authorization: { value: 'a', secret: true }, B: { value: 'b', secret: true } }, { K: { value: 'k', secret: true } }),
    );
    const next = secrets.sealSpec(PLACE, specOf({ AUTHORIZATION: { secret: true } }, { k: { secret: true } }), stored);
    expect(next.secretHeaders).toEqual({ AUTHORIZATION: stored.secretHeaders['Authorization'] });
    expect(alertSecrets(next.spec)).toEqual(new Map([['k', alertSecrets(stored.spec).get('K')]]));
  });

  it('does not go along into a copy', () => {
    const { spec } = secrets.sealSpec(
      PLACE,
      specOf({ A: { value: 'a', secret: true }, B: '1' }, { K: { value: 'k', secret: true }, L: '2' }),
    );
    const copy = copyOf({ spec });
    expect(copy).toMatchObject({
      enabled: false,
      spec: { name: 'n - Copy', headers: [{ name: 'B' }], failureHandling: { alertEndpoint: { headers: [{ name: 'L' }] } } },
    });
    expect(copy.spec.headers).toHaveLength(1);
    expect(copy.spec.failureHandling.alertEndpoint?.headers).toHaveLength(1);
  });

  it('is made in the form that the signature takes', () => {
    expect(secrets.make({ style: 'standard', algorithm: 'hmac-sha256' })).toMatch(/^whsec_/);
    expect(secrets.make({ style: 'standard', algorithm: 'ed25519' })).toMatch(/^whsk_/);
    expect(secrets.make({ style: 'socotra', algorithm: 'hmac-sha256' })).toMatch(/^whsec_/);
  });

  it('is refused in another form', () => {
    const standard = { style: 'standard', algorithm: 'hmac-sha256' } as const;
    for (const secret of [
      '',
      'x',
      'whsec_',
      `whsec_${Buffer.alloc(23).toString('base64')}`,
      `whsec_${Buffer.alloc(65).toString('base64')}`,
      'whsec_***',
      secrets.make({ style: 'standard', algorithm: 'ed25519' }),
    ]) {
      expect(() => secrets.require(standard, secret)).toThrow(
        expect.objectContaining({ code: 'secret_invalid', errors: [expect.objectContaining({ path: '/secret' })] }),
      );
    }
    expect(secrets.require({ style: 'socotra', algorithm: 'hmac-sha256' }, 'x')).toBe('x');
  });

  it('fits signatures of its own kind only', () => {
    const secret = sealedEntity(secrets.make({ style: 'standard', algorithm: 'hmac-sha256' }));
    expect(secrets.fits(PLACE, secret, { style: 'socotra', algorithm: 'hmac-sha256' })).toBe(true);
    expect(secrets.fits(PLACE, secret, { style: 'standard', algorithm: 'ed25519' })).toBe(false);
    expect(secrets.fits(PLACE, sealedEntity('plain'), { style: 'standard', algorithm: 'hmac-sha256' })).toBe(false);
  });

  it('shows its public half where it has one', () => {
    expect(secrets.publicKey(PLACE, sealedEntity(secrets.make({ style: 'standard', algorithm: 'ed25519' })))).toMatch(/^whpk_/);
    expect(secrets.publicKey(PLACE, sealedEntity('plain'))).toBeUndefined();
  });
});

describe('the name of a copy', () => {
  it('is cut to the limit by whole characters, in every locale', () => {
    const { spec } = toDraft({ name: { en: '😀'.repeat(256), fr: 'n' }, url: 'u' });
    expect(copyOf({ spec }).spec.name).toEqual({ en: `${'😀'.repeat(249)} - Copy`, fr: 'n - Copy' });
  });
});
