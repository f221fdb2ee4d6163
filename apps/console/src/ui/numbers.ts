const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const few = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** A count in full. */
export const count = (value: number): string => whole.format(value);

/** A count or a rate where there is little room: 12.3K. */
export const compact = (value: number): string => (value < 100 ? few.format(value) : short.format(value));

/** A share of one, never rounded up: what is not all is not shown as all. */
export const percent = (share: number | null): string => (share === null ? '–' : `${(Math.floor(share * 1_000) / 10).toLocaleString()} %`);

/** How well a share of deliveries that arrived is, as the tone of a mark. */
export const toneOf = (share: number | null): '' | 'good' | 'warn' | 'bad' => {
  if (share === null) return '';
  return share >= WELL ? 'good' : share >= AILING ? 'warn' : 'bad';
};

/** From which share of deliveries they count as well, and from which as ailing. */
const WELL = 0.99;
const AILING = 0.9;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something has waited, by its two largest units; of seconds, or null for nothing that waits. */
export function age(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < MINUTE) return `${s} s`;
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min ${s % MINUTE} s`;
  if (s < DAY) return `${Math.floor(s / HOUR)} h ${Math.floor((s % HOUR) / MINUTE)} min`;
  return `${Math.floor(s / DAY)} d ${Math.floor((s % DAY) / HOUR)} h`;
}
