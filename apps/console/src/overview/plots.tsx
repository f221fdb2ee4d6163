import { Suspense } from 'react';
import type { Overview } from '../api/shapes';
import { late } from '../ui/late';
import { compact } from '../ui/numbers';
import { Loading } from '../ui/states';
import { duration, Time } from '../ui/time';
import { latencyOf, type Plotted, trafficOf, valueAt } from './to-lines';

/** The plotting library comes when there is something to plot. */
const Plot = late(() => import('./plot'));

interface FigureProps {
  title: string;
  unit: string;
  plotted: Plotted;
  format: (value: number) => string;
  empty: string;
}

/** A plot, and the same as a table for those who do not see it. */
function Figure({ title, unit, plotted, format, empty }: FigureProps) {
  const hasValues = plotted.lines.some(({ values }) => values.some((value) => value !== null && value > 0));
  return (
    <section className="card plot-card" aria-label={title}>
      <h2>
        {title} <span className="hint">{unit}</span>
      </h2>
      {hasValues ? (
        <>
          <Suspense fallback={<Loading what="the plot" />}>
            <Plot label={title} plotted={plotted} format={format} />
          </Suspense>
          <details>
            <summary>As a table</summary>
            <PlotTable title={title} plotted={plotted} format={format} />
          </details>
        </>
      ) : (
        <p className="state">{empty}</p>
      )}
    </section>
  );
}

const PlotTable = ({ title, plotted: { times, lines }, format }: Pick<FigureProps, 'title' | 'plotted' | 'format'>) => (
  <div className="sheet plot-table" role="region" aria-label={`${title}, as a table`} tabIndex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">From</th>
          {lines.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {times
          .map((_, i) => times.length - 1 - i)
          .map((i) => (
            <tr key={times[i]}>
              <th scope="row">
                <Time at={new Date(times[i]! * 1_000).toISOString()} />
              </th>
              {lines.map((line) => (
                <td key={line.name}>{valueAt(line, i, format)}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  </div>
);

/** What happened and how long it took, over time. `readAtMs`: when the figures were read. */
export const Plots = ({ figures, readAtMs }: { figures: Overview; readAtMs: number }) => (
  <div className="beside plots">
    <Figure
      title="Traffic"
      unit="a minute"
      plotted={trafficOf(figures, readAtMs)}
      format={compact}
      empty="Nothing was accepted or delivered in this time."
    />
    <Figure
      title="Latency"
      unit="95 of 100 within"
      plotted={latencyOf(figures, readAtMs)}
      format={duration}
      empty="Nothing was sent in this time."
    />
  </div>
);
