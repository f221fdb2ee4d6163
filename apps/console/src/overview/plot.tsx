import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf, onThemeChange } from './colour';
import { type Plotted, valueAt } from './to-lines';

interface Props {
  label: string;
  plotted: Plotted;
  format: (value: number) => string;
}

const HEIGHT_PX = 220;
const DAY_SECONDS = 86_400;

/** Lines over time. What stands under the pointer is in the legend, or else the newest. */
export default function Plot({ label, plotted, format }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const names = plotted.lines.map(({ name, colour }) => `${name} ${colour}`).join();
  const data = useMemo((): uPlot.AlignedData => [plotted.times, ...plotted.lines.map(({ values }) => values)], [plotted]);
  const newest = useRef({ plotted, format, data });
  newest.current = { plotted, format, data };

  useEffect(() => {
    const frame = place.current;
    if (!frame) return;
    const drawn = new uPlot(
      optionsOf(frame, () => newest.current, setPointed),
      newest.current.data,
      frame,
    );
    plot.current = drawn;
    const watch = new ResizeObserver(() => drawn.setSize({ width: frame.clientWidth, height: HEIGHT_PX }));
    watch.observe(frame);
    const forget = onThemeChange(() => drawn.redraw());
    return () => {
      forget();
      watch.disconnect();
      drawn.destroy();
    };
  }, [names]);
  useEffect(() => plot.current?.setData(data), [data]);

  const at = pointed ?? plotted.times.length - 1;
  const seconds = plotted.times[at];
  return (
    <>
      <div ref={place} className="plot" role="img" aria-label={`${label}: ${spoken({ label, plotted, format })}`} />
      <ul className="legend" aria-hidden="true">
        {plotted.lines.map((line) => (
          <li key={line.name}>
            <span className="swatch" style={{ background: `var(${line.colour})` }} />
            {line.name} <strong>{valueAt(line, at, format)}</strong>
          </li>
        ))}
        {seconds !== undefined && <li className="hint">{clock.format(seconds * 1_000)}</li>}
      </ul>
    </>
  );
}

/** A plot in a sentence. */
const spoken = ({ plotted, format }: Props): string =>
  plotted.lines
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? `${name}: none` : `${name}: last ${format(known.at(-1)!)}, at most ${format(Math.max(...known))}`;
    })
    .join('; ');

const clock = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const hours = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' });

function optionsOf(frame: HTMLElement, newest: () => Props | Omit<Props, 'label'>, point: (index: number | null) => void): uPlot.Options {
  const soft = () => colourOf('var(--soft)');
  const grid = { stroke: () => colourOf('var(--line)'), width: 1 };
  const axis = { stroke: soft, grid, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  return {
    width: frame.clientWidth,
    height: HEIGHT_PX,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'overview' }, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 84,
        values: (_, at) => at.map((s) => (at.length > 1 && at.at(-1)! - at[0]! > DAY_SECONDS ? days : hours).format(s * 1_000)),
      },
      { ...axis, size: 58, values: (_, at) => at.map((value) => newest().format(value)) },
    ],
    series: [
      {},
      ...newest().plotted.lines.map(({ name, colour }, i): uPlot.Series => ({
        label: name,
        stroke: () => colourOf(`var(${colour})`),
        width: 2,
        ...(i === 0 ? { fill: () => colourOf(`color-mix(in srgb, var(${colour}) 12%, transparent)`) } : {}),
        points: { show: true, size: 5, filter: (u) => lonely(u.data[i + 1] ?? []) },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => point(cursor.idx ?? null)] },
  };
}

/** The places of values that stand alone between gaps: no line would show them. */
const lonely = (values: ArrayLike<number | null | undefined>): number[] => {
  const isThere = Array.from(values, (value) => typeof value === 'number');
  return isThere.flatMap((is, i) => (is && !isThere[i - 1] && !isThere[i + 1] ? [i] : []));
};
