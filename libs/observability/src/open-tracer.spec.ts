import { readSettings } from '#config/settings.js';
import { createLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { openTracer } from './open-tracer.js';

const REQUIRED = { DATABASE_URL: 'postgres://db/tidings', SECRET_KEYS: 'k1:x' };
const made: { url: string; service: string }[] = [];
let loads = 0;

jest.mock('./otlp/otlp-tracer.js', () => {
  loads++;
  return { OtlpTracer: jest.fn((options: (typeof made)[number]) => void made.push(options)) };
});

const open = (environment: NodeJS.ProcessEnv) =>
  openTracer('tidings-test', readSettings({ ...REQUIRED, ...environment }), new Metrics('test'), createLogger('test', 'silent'));

describe('the tracer of a process', () => {
  it('is none without a collector, and then nothing of OpenTelemetry is loaded', async () => {
    expect(await open({})).toBeNull();
    expect(loads).toBe(0);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, 'http://collector:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/otlp/' }, 'https://collector/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/own' }, 'https://collector/own'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:2/x' }, 'http://b:2/x'],
  ])('tells the collector where %j says', async (environment, url) => {
    expect(await open(environment)).not.toBeNull();
    expect(made.at(-1)).toMatchObject({ url, service: 'tidings-test' });
  });
});
