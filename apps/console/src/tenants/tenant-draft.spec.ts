import { toTenantChange, toTenantDraft } from './tenant-draft';

describe('the draft of a tenant', () => {
  it('says what the tenant says, and takes away a quota that is left empty', () => {
    const settings = {
      quotas: { tenantPerSecond: 50, keyPerSecond: 5 },
      callbacks: { log: 'https://example.com/' },
      strictEventTypes: true,
    };
    const draft = toTenantDraft({ name: 'Acme', settings });
    expect(toTenantChange(draft)).toEqual({ name: 'Acme', settings });
    expect(toTenantChange({ ...draft, keyPerSecond: ' ' }).settings?.quotas).toEqual({ tenantPerSecond: 50 });
  });

  it('refuses what is no JSON object, and what is said twice', () => {
    const draft = toTenantDraft({ name: 'Acme', settings: {} });
    expect(() => toTenantChange({ ...draft, rest: '{' })).toThrow('This is no JSON');
    expect(() => toTenantChange({ ...draft, rest: '[]' })).toThrow('object');
    expect(() => toTenantChange({ ...draft, rest: '{"quotas":{}}' })).toThrow('quotas');
  });
});
