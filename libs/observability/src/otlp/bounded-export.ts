import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans that wait or are on their way to the collector; what comes on top of them is dropped and counted. A few megabytes. */
const MAX_WAITING = 4_096;
const BATCH = 512;
const LEAVE_EVERY_MS = 1_000;
/** What a collector may take for one batch, its repetitions included. */
export const EXPORT_WITHIN_MS = 5_000;

export type Exported = 'sent' | 'failed' | 'dropped';

/** Hands spans over in batches, beside the work: a collector that is slow or away costs memory up to a bound, and then spans. */
export class BoundedExport implements SpanProcessor {
  private readonly batches: SpanProcessor;
  private waiting = 0;

  constructor(
    exporter: SpanExporter,
    private readonly onExported: (result: Exported, spans: number, error?: unknown) => void,
    private readonly maxWaiting = MAX_WAITING,
  ) {
    this.batches = new BatchSpanProcessor({
      exporter: this.counting(exporter),
      maxQueueSize: maxWaiting,
      maxExportBatchSize: Math.min(BATCH, maxWaiting),
      scheduledDelayMillis: LEAVE_EVERY_MS,
      exportTimeoutMillis: 2 * EXPORT_WITHIN_MS,
    });
  }

  onStart(): void {
    // A span is of interest when it ends.
  }

  onEnd(span: Parameters<SpanProcessor['onEnd']>[0]): void {
    if (this.waiting >= this.maxWaiting) return this.onExported('dropped', 1);
    this.waiting++;
    this.batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.batches.shutdown();
  }

  private counting(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, onResult) =>
        exporter.export(spans, (result) => {
          this.waiting -= spans.length;
          this.onExported(result.error ? 'failed' : 'sent', spans.length, result.error);
          onResult(result);
        }),
      shutdown: () => exporter.shutdown(),
    };
  }
}
