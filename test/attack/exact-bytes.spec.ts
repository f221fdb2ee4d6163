import fc from 'fast-check';
import { LIMITS } from '../../libs/domain/src/limits.js';
import { eventually } from '../support/eventually.js';
import { startTarget, type Target } from './target.js';

/** `FUZZ_SEED` repeats a run that failed or tries another one, `FUZZ_RUNS` multiplies how much is tried. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const DOCUMENTS = 80 * Number(process.env['FUZZ_RUNS'] ?? 1);

const blank = fc.constantFrom('', '', '', ' ', '\t', '\n', '\r\n', '   ');
const number = fc.constantFrom(
  '0',
  '-0',
  '1.0',
  '1e400',
  '-1E-400',
  '12345678901234567890',
  '0.1000',
  '1e+5',
  '9007199254740993',
  '1.7976931348623159e308',
);
const letter = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => JSON.stringify(text).slice(1, -1)) },
  fc.constantFrom(
    '\\u0000',
    '\\ud800',
    '\\udc00\\ud800',
    '\\/',
    '/',
    '\\u00e9',
    'é',
    '\u2028',
    '\u007f',
    '\ufeff',
    '💩',
    '\\ud83d\\udca9',
    '{/data}',
    '\\"',
  ),
);
const text = fc.array(letter, { maxLength: 6 }).map((letters) => `"${letters.join('')}"`);
/** No name that every body is refused for. */
const name = fc
  .oneof(text, fc.constantFrom('"a"', '"a"', '"toString"', '""', '"10"', '"2"'))
  .filter((written) => !/__proto__|constructor/.test(written));

/** JSON as somebody might write it: odd numbers, escapes, blanks, members twice and in any order. */
const { document } = fc.letrec<{ document: string; list: string; object: string }>((tie) => ({
  document: fc
    .tuple(
      blank,
      fc.oneof({ depthSize: 'medium' }, number, text, fc.constantFrom('null', 'true', 'false'), tie('list'), tie('object')),
      blank,
    )
    .map((parts) => parts.join('')),
  list: fc.array(tie('document'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .array(fc.tuple(name, blank, tie('document')), { maxLength: 5 })
    .map((members) => `{${members.map(([key, gap, value]) => `${key}${gap}:${value}`).join(',')}}`),
}));

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const FRAME = '{"type":"bytes","data":}';
/** A document that makes an event of exactly the largest size. */
const largest = (head: string, filler: string, tail: string): string => {
  const room = LIMITS.eventBodyBytes.max - Buffer.byteLength(FRAME + head + tail);
  const count = Math.floor(room / Buffer.byteLength(filler));
  return head + filler.repeat(count) + ' '.repeat(room - count * Buffer.byteLength(filler)) + tail;
};
const LARGEST: [string, string][] = [
  ['one text', largest('"', 'x', '"').replace(/ +"$/, '"')],
  ['letters of four bytes', largest('["', '💩', '"]')],
  ['escapes', largest('["', '\\u0000', '"]')],
  ['very many numbers', largest('[0', ',12345678901234567890', ']')],
  ['blanks', largest('{"a"', ' ', ':1}')],
  ['members of one name', largest('{"a":1', ',"a":1.0', '}')],
  ['all levels there may be', largest('[0', `,${nested(LIMITS.jsonDepth.max - 2)}`, ']')],
];

describe('an event’s data arrives byte for byte', () => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget();
    await target.tenant.subscribe({ url: `${target.receiver.url}/bytes`, eventTypes: ['bytes'] });
  });

  const publish = async (data: string): Promise<string> => {
    const { status, body } = await target.tenant.send<{ id: string }>('POST', '/v1/events', { body: FRAME.replace('}', () => `${data}}`) });
    expect({ status, body }).toMatchObject({ status: 202 });
    return body.id;
  };
  /** What the receiver got as `data` of an event. */
  const received = (id: string): Promise<string> =>
    eventually(
      () => {
        const request = target.receiver.requests.find(({ headers }) => headers['webhook-id'] === id);
        const [, data] =
          /^\{"id":"[^"]*","type":"bytes","timestamp":"[^"]*","data":(.*)\}$/s.exec(request?.body.toString('utf8') ?? '') ?? [];
        expect(data).toEqual(expect.any(String));
        return data!;
      },
      { timeoutMs: 20_000 },
    );
  /** Blanks around the value are not part of it. */
  const valueOf = (data: string): string => data.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');

  it('row 13: whatever JSON it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 10, maxLength: 10 }), async (documents) => {
        const ids = await Promise.all(documents.map(publish));
        const arrived = await Promise.all(ids.map(received));
        expect(arrived).toEqual(documents.map(valueOf));
      }),
      { seed: SEED, numRuns: Math.ceil(DOCUMENTS / 10), endOnFailure: true },
    );
  });

  it.each([
    [11, '"\\u0000\\ud800"'],
    [12, '{"a":1,"a":2,"b":0,"a":3}'],
    [13, '[1e400,12345678901234567890,1.0,-0]'],
  ])('row %i: %s', async (_, data) => expect(await received(await publish(data))).toBe(data));

  it.each(LARGEST)('row 13: as large as may be, %s', async (_, data) => {
    expect(Buffer.byteLength(FRAME + data)).toBeGreaterThan(LIMITS.eventBodyBytes.max - 64);
    expect(await received(await publish(data))).toBe(data);
    const { status } = await target.tenant.send('POST', '/v1/events', { body: FRAME.replace('}', () => `${data}${' '.repeat(64)}}`) });
    expect(status).toBe(413);
  });
});
