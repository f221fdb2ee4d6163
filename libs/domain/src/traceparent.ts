/** Version, trace id, parent id, flags; a later version may say more after a dash. Source: W3C Trace Context, "Traceparent Header". */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * The `traceparent` that somebody sent, as we hand it on: version 00, and of the flags only whether the trace is sampled. Null when it is none
 * that anybody could go on with (absent, given twice, not well-formed, ids of zeros): then a trace begins anew, and nobody is refused for it.
 */
export function readTraceparent(header: string | undefined): string | null {
  const [, version, trace, parent, flags, more] = (header !== undefined && TRACEPARENT.exec(header)) || [];
  if (flags === undefined || (version === '00' && more !== undefined)) return null;
  return `00-${trace}-${parent}-0${Number.parseInt(flags, 16) & SAMPLED}`;
}
