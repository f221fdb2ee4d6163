import { Foundation1763700000000 } from './0001-foundation.js';
import { EndpointSecurity1763800000000 } from './0007-endpoint-security.js';

/** In order. A migration that has been released is never edited; the previous release must run on the schema it leaves. */
export const MIGRATIONS = [Foundation1763700000000, EndpointSecurity1763800000000];
