import { authorizationKey, type CredentialOf } from '../../access/credential.js';
import { mayDo, type Principal } from '../../access/principal.js';

/** What these subscriptions are marked with. */
export const DIALECT = 'omnitron';

/** `Authorization: Token <key>`. Source: Akinon OMS, "Webhook Event Services". */
export const tokenKey: CredentialOf = authorizationKey('token');

/** Whoever may do everything with subscriptions (`subscriptions:*` or `*`) sees every user's hooks, as a superuser of the OMS does. */
export const isSuperuser = (caller: Principal): boolean => mayDo(caller, 'subscriptions:*');

/** The hooks that a caller sees: a key is a user, and a user sees the hooks that its key made. */
export interface HookScope {
  dialect: string;
  dialectFields?: { owner: string };
}

export const scopeOf = (caller: Principal): HookScope =>
  isSuperuser(caller) ? { dialect: DIALECT } : { dialect: DIALECT, dialectFields: { owner: caller.keyId } };
