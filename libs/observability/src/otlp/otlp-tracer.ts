import {
  type Context,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as ApiTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { Settings } from '#config/settings.js';
import type { Facts, Span, SpanStart, Tracer } from '../tracer.js';
import { attributesOf, operationOf } from './attributes.js';
import { BoundedExport, EXPORT_WITHIN_MS, type Exported } from './bounded-export.js';
import { samplerOf } from './sampler.js';

export interface OtlpOptions {
  /** Of the collector, with the path. */
  url: string;
  headers: Record<string, string>;
  service: string;
  sampler: Settings['OTEL_TRACES_SAMPLER'];
  /** Of all traces, 0 to 1, where the sampler goes by a ratio. */
  share: number;
  onExported: (result: Exported, spans: number, error?: unknown) => void;
}

/** How long a stopping process waits for the collector. */
const STOP_WITHIN_MS = 2_000;

const KINDS: Record<SpanStart['kind'], SpanKind> = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL, client: SpanKind.CLIENT };

/**
 * Spans to an OpenTelemetry collector, as JSON over HTTP. This is the one connection to elsewhere that does not leave through the guarded
 * client: its address is the operator's setting and never a tenant's, it is mostly a private one, and nothing of an answer is read.
 */
export class OtlpTracer implements Tracer {
  private readonly provider: TracerProvider;
  private readonly tracer: ApiTracer;

  constructor({ url, headers, service, sampler, share, onExported }: OtlpOptions) {
    const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: EXPORT_WITHIN_MS });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: service }),
      sampler: samplerOf(sampler, share),
      spanProcessors: [new BoundedExport(exporter, onExported)],
    });
    this.tracer = this.provider.getTracer('tidings');
  }

  start({ name, kind, parent, facts, startedAtMs }: SpanStart): Span {
    const attributes = { ...operationOf(name), ...attributesOf(facts) };
    const span = this.tracer.startSpan(name, { kind: KINDS[kind], attributes, startTime: startedAtMs }, contextOf(parent));
    return new OtlpSpan(span);
  }

  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_WITHIN_MS)));
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

class OtlpSpan implements Span {
  constructor(private readonly span: ApiSpan) {}

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  end(facts: Facts, isFailed = false): void {
    this.span.setAttributes(attributesOf(facts));
    if (isFailed) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}

function contextOf(parent: string | null): Context {
  if (parent === null) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = parent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}
