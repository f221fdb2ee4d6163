import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { samplerOf } from './sampler.js';

const TRACE = 'f'.repeat(32);
const under = (sampled: boolean) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: '1'.repeat(16), traceFlags: sampled ? 1 : 0, isRemote: true });

describe('a sampler', () => {
  it.each([
    ['always_on', 0, [true, true, true]],
    ['always_off', 1, [false, false, false]],
    ['traceidratio', 1, [true, true, true]],
    ['traceidratio', 0, [false, false, false]],
    ['parentbased_always_on', 0, [true, true, false]],
    ['parentbased_always_off', 1, [false, true, false]],
    ['parentbased_traceidratio', 1, [true, true, false]],
    ['parentbased_traceidratio', 0, [false, true, false]],
  ] as const)(
    'called %s with the share %d decides for a trace that begins, one that is sampled, and one that is not',
    (name, share, expected) => {
      const sampler = samplerOf(name, share);
      const decided = [ROOT_CONTEXT, under(true), under(false)].map(
        (context) =>
          sampler.shouldSample(context, TRACE, 'publish', SpanKind.SERVER, {}, []).decision === SamplingDecision.RECORD_AND_SAMPLED,
      );
      expect(decided).toEqual(expected);
    },
  );
});
