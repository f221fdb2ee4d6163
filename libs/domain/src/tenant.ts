/** Socotra has two products whose webhook APIs differ in some shapes: Insurance Suite and Enterprise Core. */
export const SOCOTRA_PROFILES = ['insuranceSuite', 'enterpriseCore'] as const;
export type SocotraProfile = (typeof SOCOTRA_PROFILES)[number];

/** What a tenant may ask of the API, where it is not what the settings say. Requests a second, averaged over a window. */
export interface TenantQuotas {
  /** By all of its keys together. */
  tenantPerSecond?: number;
  /** By each of its keys. */
  keyPerSecond?: number;
}
