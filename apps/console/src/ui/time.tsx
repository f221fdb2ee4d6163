const precise = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** A moment in the reader's own time zone; the exact one on hover. */
export const Time = ({ at }: { at: string | null }) =>
  at === null ? (
    <span className="none">–</span>
  ) : (
    <time dateTime={at} title={at}>
      {precise.format(new Date(at))}
    </time>
  );

/** Milliseconds as people say them. */
export const duration = (ms: number | null | undefined): string => {
  if (ms === null || ms === undefined) return '–';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
};
