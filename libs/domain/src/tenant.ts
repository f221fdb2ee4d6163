/** Socotra has two products whose webhook APIs differ in some shapes: Insurance Suite and Enterprise Core. */
export const SOCOTRA_PROFILES = ['insuranceSuite', 'enterpriseCore'] as const;
export type SocotraProfile = (typeof SOCOTRA_PROFILES)[number];
