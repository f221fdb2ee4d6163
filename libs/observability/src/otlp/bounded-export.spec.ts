import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { BoundedExport } from './bounded-export.js';

const span = { resource: {}, spanContext: () => ({ traceFlags: 1 }) } as unknown as ReadableSpan;
/** As the SDK's own, with a number for the code. */
type OnResult = (result: { code: number; error?: Error }) => void;

describe('spans on their way to a collector', () => {
  let counts: Record<string, number>;
  let onItsWay: { spans: number; answer: OnResult }[];
  let exported: BoundedExport;
  const end = (spans: number): void => {
    for (let i = 0; i < spans; i++) exported.onEnd(span);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    [counts, onItsWay] = [{}, []];
    const exporter: SpanExporter = {
      export: (spans, answer) => void onItsWay.push({ spans: spans.length, answer }),
      shutdown: () => Promise.resolve(),
    };
    const count = (result: string, spans: number): void => void (counts[result] = (counts[result] ?? 0) + spans);
    exported = new BoundedExport(exporter, count, 10);
  });
  afterEach(() => jest.useRealTimers());

  it('leave together, a second after the first of them at the latest', async () => {
    end(3);
    expect(onItsWay).toEqual([]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(onItsWay.map(({ spans }) => spans)).toEqual([3]);
    onItsWay[0]!.answer({ code: 0 });
    expect(counts).toEqual({ sent: 3 });
  });

  it('are dropped beyond the bound, those under way counted, and taken again once the collector has answered', async () => {
    end(10);
    await jest.advanceTimersByTimeAsync(1_000);
    end(1);
    expect(counts).toEqual({ dropped: 1 });
    onItsWay[0]!.answer({ code: 1, error: new Error('away') });
    expect(counts).toEqual({ dropped: 1, failed: 10 });
    end(10);
    expect(counts).toEqual({ dropped: 1, failed: 10 });
    end(1);
    expect(counts).toEqual({ dropped: 2, failed: 10 });
  });
});
