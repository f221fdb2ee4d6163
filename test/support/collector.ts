import { type Receiver, startReceiver } from './receiver.js';

/** A span as a collector was told of it. */
export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Absent: the trace begins here. */
  parentSpanId?: string;
  name: string;
  kind: 'internal' | 'server' | 'client';
  attributes: Record<string, unknown>;
  hasFailed: boolean;
  startMs: number;
  endMs: number;
}

/** An OpenTelemetry collector that takes traces as JSON over HTTP. */
export interface Collector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT should say. */
  url: string;
  receiver: Receiver;
  /** All spans so far, of one trace where one is named. */
  spans(traceId?: string): CollectedSpan[];
  /** All that was said so far, as it came. */
  said(): string;
}

interface Value {
  stringValue?: string;
  intValue?: number | string;
  boolValue?: boolean;
}
interface Attribute {
  key: string;
  value: Value;
}
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: Attribute[];
  status: { code?: number };
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}
interface OtlpBody {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

const KINDS = ['internal', 'internal', 'server', 'client'] as const;
const FAILED = 2;

const membersOf = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.boolValue ?? Number(value.intValue)]));

const toSpans = ({ resourceSpans }: OtlpBody): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ traceId, spanId, parentSpanId, name, kind, attributes, status, startTimeUnixNano, endTimeUnixNano }) => ({
        service: String(membersOf(resource.attributes)['service.name']),
        traceId,
        spanId,
        ...(parentSpanId === undefined ? {} : { parentSpanId }),
        name,
        kind: KINDS[kind] ?? 'internal',
        attributes: membersOf(attributes),
        hasFailed: status.code === FAILED,
        startMs: Number(BigInt(startTimeUnixNano) / 1_000_000n),
        endMs: Number(BigInt(endTimeUnixNano) / 1_000_000n),
      })),
  );

export async function startCollector(): Promise<Collector> {
  const receiver = await startReceiver({ host: '127.0.0.1' });
  const bodies = (): string[] => receiver.to('/v1/traces').map(({ body }) => body.toString('utf8'));
  return {
    url: receiver.url,
    receiver,
    spans: (traceId) =>
      bodies()
        .flatMap((body) => toSpans(JSON.parse(body) as OtlpBody))
        .filter((span) => traceId === undefined || span.traceId === traceId),
    said: () => bodies().join('\n'),
  };
}
