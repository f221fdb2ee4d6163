import { Foundation1763700000000 } from './0001-foundation.js';
import { OutboundRequests1763700000200 } from './0002-outbound-requests.js';
import { Breaker1763700000300 } from './0003-breaker.js';
import { Ordering1763700000400 } from './0004-ordering.js';
import { Replays1763700000500 } from './0005-replays.js';
import { Audit1763700000600 } from './0006-audit.js';
import { EndpointSecurity1763700000700 } from './0007-endpoint-security.js';
import { Rollups1763700000800 } from './0008-rollups.js';
import { DeliveriesByState1763700000900 } from './0009-deliveries-by-state.js';
import { TraceContext1763700001000 } from './0010-trace-context.js';
import { Retention1763700001100 } from './0011-retention.js';

/** In order. A migration that has been released is never edited; the previous release must run on the schema it leaves. */
export const MIGRATIONS = [
  Foundation1763700000000,
  OutboundRequests1763700000200,
  Breaker1763700000300,
  Ordering1763700000400,
  Replays1763700000500,
  Audit1763700000600,
  EndpointSecurity1763700000700,
  Rollups1763700000800,
  DeliveriesByState1763700000900,
  TraceContext1763700001000,
  Retention1763700001100,
];
