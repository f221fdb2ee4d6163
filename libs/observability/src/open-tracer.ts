import type { Settings } from '#config/settings.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { Tracer } from './tracer.js';

/** Where the signal's own path is appended, and the endpoint that stands as it is. Source: OpenTelemetry, "OTLP Exporter", Endpoint URLs. */
const collectorOf = ({ OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own }: Settings): string | undefined =>
  own ?? (base === undefined ? undefined : `${base.replace(/\/$/, '')}/v1/traces`);

/** The process's tracer; null where no collector is named, and then nothing of OpenTelemetry is loaded. */
export async function openTracer(service: string, settings: Settings, metrics: Metrics, log: Logger): Promise<Tracer | null> {
  const url = collectorOf(settings);
  if (url === undefined) return null;
  const { OtlpTracer } = await import('./otlp/otlp-tracer.js');
  const spans = metrics.counter('tidings_spans_total', 'Spans that ended, by whether the collector has them.', ['result']);
  for (const result of ['sent', 'failed', 'dropped']) spans.inc({ result }, 0);
  let isAway = false;
  return new OtlpTracer({
    url,
    headers: settings.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    service: settings.OTEL_SERVICE_NAME ?? service,
    sampler: settings.OTEL_TRACES_SAMPLER,
    share: settings.OTEL_TRACES_SAMPLER_ARG,
    onExported: (result, count, err) => {
      spans.inc({ result }, count);
      if (result === 'failed' && !isAway) log.warn({ err }, 'traces.unsent');
      if (result !== 'dropped') isAway = result === 'failed';
    },
  });
}
