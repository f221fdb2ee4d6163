import { parseAllowList } from '#domain/address-policy.js';
import { DomainError } from '#domain/errors.js';
import { SigningSecretEntity } from '#store/entities/signing-secret.entity.js';
import { SubscriptionEntity } from '#store/entities/subscription.entity.js';
import { RegistryStore } from '#store/registry.store.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import { type SubscriptionChange, SubscriptionStore } from '#store/subscription.store.js';
import { TenantStore } from '#store/tenant.store.js';
import { openVault } from '#vault/open-vault.js';
import { applyPatch, type SubscriptionPatch } from './apply-patch.js';
import { CallbackNames } from './callback-names.js';
import { SourceAccess } from './source-access.js';
import { SubscriptionSecrets } from './subscription-secrets.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { toDraft } from './to-draft.js';
import { toFields } from './to-native.js';

const ID = '01a20016-1e35-70c5-b752-dd9a72ee3ba7';
const WRITER = { tenantId: 'ten', keyId: 'key', keyName: 'erp', appPermissions: [] };
const secrets = new SubscriptionSecrets(openVault(`k1:${Buffer.alloc(32, 1).toString('base64')}`));

/** A store of one row, in which others write before each of the first `overtakes` writes. */
class OneRow extends SubscriptionStore {
  row = new SubscriptionEntity();
  last: SubscriptionChange | null = null;

  constructor(private overtakes: number) {
    super(Object.create(null) as never);
    const { spec, enabled } = toDraft({ name: 'n', url: 'https://e.example.com', eventTypes: ['a'] });
    Object.assign(this.row, { id: ID, tenantId: 'ten', versionNo: 1, spec, enabled, secretHeaders: {}, dialectFields: {} });
  }

  override find = (tenantId: string): Promise<SubscriptionEntity | null> =>
    Promise.resolve(tenantId === 'ten' ? Object.assign(new SubscriptionEntity(), this.row) : null);

  override update = (_tenantId: string, _id: string, expected: number, change: SubscriptionChange): Promise<SubscriptionEntity> => {
    if (this.overtakes-- > 0) this.row.versionNo++;
    if (this.row.versionNo !== expected) return Promise.reject(new DomainError('stale_version', ''));
    this.last = change;
    return Promise.resolve(Object.assign(this.row, { ...change, versionNo: expected + 1 }));
  };
}

class OneSecret extends SigningSecretStore {
  constructor(private readonly secret: string) {
    super(Object.create(null) as never);
  }

  override listActive = (id: string): Promise<SigningSecretEntity[]> =>
    Promise.resolve([
      Object.assign(new SigningSecretEntity(), { ...secrets.sealSigning({ tenantId: 'ten', id }, this.secret), expiresAt: null }),
    ]);
}

function serviceOver(store: OneRow, secret = secrets.make({ style: 'standard', algorithm: 'hmac-sha256' })) {
  const sources = new SourceAccess(Object.create(RegistryStore.prototype) as RegistryStore);
  const callbacks = new CallbackNames(Object.create(TenantStore.prototype) as TenantStore);
  return new SubscriptionsService(store, new OneSecret(secret), secrets, sources, callbacks, {
    allowHttp: false,
    allow: parseAllowList([]),
  });
}

const patch = (store: OneRow, changes: SubscriptionPatch, precondition: ((versionNo: number) => boolean) | null = null, secret?: string) =>
  serviceOver(store, secret).change(WRITER, ID, precondition, (row) => toDraft(applyPatch(toFields(row), changes)));

describe('a change of a subscription', () => {
  it('is made again on top of another’s when it does not say which version it is for', async () => {
    const store = new OneRow(3);
    const { row } = await patch(store, { addEventTypes: ['b'] });
    expect(row).toMatchObject({ versionNo: 5, spec: { eventTypes: ['a', 'b'] } });
  });

  it('is refused when another’s came first and it says which version it is for', async () => {
    await expect(patch(new OneRow(1), { addEventTypes: ['b'] }, (versionNo) => versionNo === 1)).rejects.toMatchObject({
      code: 'stale_version',
    });
  });

  it('ends as busy when others never stop', async () => {
    await expect(patch(new OneRow(Infinity), {})).rejects.toMatchObject({ code: 'busy' });
  });

  it('makes its key the owner, by whose permissions the subscription lives', async () => {
    const store = new OneRow(0);
    await patch(store, {});
    expect(store.last).toMatchObject({ ownerKeyId: 'key', modifiedBy: 'erp' });
  });

  it('is judged as a whole, whatever small part it names', async () => {
    await expect(patch(new OneRow(0), { rateLimit: { limit: 5 } })).rejects.toMatchObject({
      errors: [{ path: '/rateLimit/windowSeconds', code: 'required' }],
    });
  });

  it('does not reach another tenant’s subscription', async () => {
    const service = serviceOver(new OneRow(0));
    const change = service.change({ ...WRITER, tenantId: 'other' }, ID, null, (row) => toDraft(toFields(row)));
    await expect(change).rejects.toMatchObject({ code: 'not_found' });
  });

  it('makes a new secret when the signature is of a kind that the secret cannot make, and hands it out', async () => {
    const store = new OneRow(0);
    const { secret } = await patch(store, { signature: { algorithm: 'ed25519' } });
    expect(secret).toMatch(/^whsk_/);
    expect(store.last?.secret?.sealed).toMatch(/^v1\.k1\./);
  });

  it('keeps a secret that serves the new signature too', async () => {
    for (const style of ['socotra', 'whisperer', 'none'] as const) {
      const store = new OneRow(0);
      expect((await patch(store, { signature: { style } })).secret).toBeUndefined();
      expect(store.last?.secret).toBeUndefined();
    }
  });
});
