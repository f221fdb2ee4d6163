/** A replay that had to wait may catch up on this much of its rate at once. */
const BURST_MS = 1_000;
/** A replay that keeps to its rate goes on in strides of this. */
const PAUSE_MS = 200;
/** So many deliveries that are due and unclaimed mean that dispatchers are short of places: a replay waits then. */
export const BUSY_AT = 32;
/** Of a subscription with a rate limit, a replay has so much of its flow in play: what comes live waits for no more. */
const RATE_SHARE_SECONDS = 0.5;
const MOST_IN_PLAY = 50;

/** How many may go now. `creditMs`: since when the next one has been allowed to go. */
export const tokensOf = (creditMs: number, ratePerSecond: number): number =>
  Math.max(0, Math.floor((Math.min(creditMs, BURST_MS) * ratePerSecond) / 1_000));

/** Milliseconds until it is worth while to look again: one may go, and so many more as come together in PAUSE_MS. */
export const untilTokensMs = (creditMs: number, ratePerSecond: number): number =>
  Math.max(PAUSE_MS, Math.ceil(1_000 / ratePerSecond - creditMs));

/** The credit that is left when `sent` have gone; negative: in debt. */
export const creditAfter = (creditMs: number, ratePerSecond: number, sent: number): number =>
  Math.min(creditMs, BURST_MS) - (sent * 1_000) / ratePerSecond;

/** What stands in a replay's way right now. Counts of waiting deliveries may stop at BUSY_AT and the subscription's share. */
export interface Pressure {
  /** Places of this process: all, free, and taken by replays. */
  places: { all: number; free: number; replaying: number };
  /** This process's places for one subscription, and how many of them replays have taken. */
  own: { all: number; replaying: number };
  /** Bounds that the subscription sets itself, for all processes together. */
  maxConcurrency: number | null;
  rateLimit: { limit: number; windowSeconds: number } | null;
  /** Anybody's deliveries that are due and that nobody has claimed. */
  due: number;
  /** The subscription's deliveries on hold, live ones included. */
  held: number;
}

/**
 * How many deliveries a replay may release now. Live traffic comes first: replays have half of the places and half of a subscription's
 * bounds, they take no more than half of what is free, and whoever waits already, waits before them.
 */
export function releasable({ places, own, due, held, ...bounds }: Pressure): number {
  if (due >= BUSY_AT) return 0;
  const inAll = half(places.all) - places.replaying;
  const here = half(own.all) - own.replaying - held;
  const shared = shareOf(bounds) - own.replaying - held;
  return Math.max(0, Math.min(inAll, here, shared, Math.ceil(places.free / 2)));
}

/** A replay's share of what a subscription allows at once. */
export function shareOf({ maxConcurrency, rateLimit }: Pick<Pressure, 'maxConcurrency' | 'rateLimit'>): number {
  const ofCap = maxConcurrency === null ? MOST_IN_PLAY : half(maxConcurrency);
  const ofRate =
    rateLimit === null ? MOST_IN_PLAY : Math.max(1, Math.floor((rateLimit.limit / rateLimit.windowSeconds) * RATE_SHARE_SECONDS));
  return Math.min(ofCap, ofRate, MOST_IN_PLAY);
}

const half = (places: number): number => Math.max(1, Math.floor(places / 2));
