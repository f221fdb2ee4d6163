import { Foundation1763700000000 } from './0001-foundation.js';
import { Replays1763900000000 } from './0005-replays.js';
import { Rollups1764200000000 } from './0008-rollups.js';

/** In order. A migration that has been released is never edited; the previous release must run on the schema it leaves. */
export const MIGRATIONS = [Foundation1763700000000, Replays1763900000000, Rollups1764200000000];
