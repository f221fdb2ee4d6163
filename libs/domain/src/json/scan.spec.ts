import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { type JsonLimits, MAX_JSON_DEPTH, MAX_JSON_MEMBERS, type Span, scanJson } from './scan.js';

const scan = (text: string, limits?: Partial<JsonLimits>) => scanJson(Buffer.from(text), limits);

function refusal(bytes: Buffer | string, limits?: Partial<JsonLimits>): DomainError {
  try {
    scanJson(Buffer.from(bytes as string), limits);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('The text was accepted.');
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const array = (length: number): string => `[${Array.from({ length }, () => '0').join()}]`;
const object = (length: number): string => `{${Array.from({ length }, (_, i) => `"k${i}":0`).join()}}`;

describe('scanJson', () => {
  it.each([
    ['{"a":1}', 'object'],
    ['[]', 'array'],
    ['"x"', 'string'],
    ['-1.5e+3', 'number'],
    ['true', 'boolean'],
    ['false', 'boolean'],
    ['null', 'null'],
  ])('tells that %s is of kind %s', (text, kind) => {
    expect(scan(` \t\r\n${text} `)).toMatchObject({ kind, start: 4, end: 4 + text.length });
  });

  it('gives the bytes of each top-level member, the name unescaped', () => {
    const bytes = Buffer.from('{ "é\\u0041" : {"x":[1,2]} , "b":"ü" }');
    const { members } = scanJson(bytes);
    expect([...members].map(([name, { start, end }]) => [name, bytes.toString('utf8', start, end)])).toEqual([
      ['éA', '{"x":[1,2]}'],
      ['b', '"ü"'],
    ]);
  });

  it('gives the last of repeated members, as JSON.parse does', () => {
    const text = '{"a":1,"\\u0061":2}';
    const { start, end } = scan(text).members.get('a')!;
    expect(text.slice(start, end)).toBe('2');
  });

  it('gives the bytes of each top-level item, each of which can be scanned again', () => {
    const bytes = Buffer.from('[ {"type":"a"}, 7 ,[[]] ]');
    const items = scanJson(bytes).items.map(({ start, end }) => bytes.subarray(start, end));
    expect(items.map(String)).toEqual(['{"type":"a"}', '7', '[[]]']);
    expect(scanJson(items[0]!).members.get('type')).toEqual({ start: 8, end: 11 });
  });

  it.each([
    ['"\\u0000"', true, false],
    ['{"a":[{"\\u0000":1}]}', true, false],
    ['"\\\\u0000"', false, false],
    ['"\\ud800"', false, true],
    ['["\\udc00"]', false, true],
    ['"\\ud800\\ud800\\udc00"', false, true],
    ['"\\ud83d\\ude00 \\u00e9 😀"', false, false],
    ['"\\ud83dx\\ude00"', false, true],
  ])('finds in %s a NUL: %s, half a surrogate pair: %s', (text, hasNul, hasLoneSurrogate) => {
    expect(scan(text)).toMatchObject({ hasNul, hasLoneSurrogate });
  });
});

describe('scanJson refuses', () => {
  it('an empty body, and one of white space alone', () => {
    expect(refusal('').code).toBe('empty_body');
    expect(refusal(' \n').code).toBe('empty_body');
  });

  it.each([
    [[0x22, 0xff, 0x22], 1],
    [[0x22, 0x61, 0xc0, 0x80, 0x22], 2],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    [[0x22, 0xe2, 0x82], 1],
  ])('bytes %j, which are not UTF-8', (bytes, at) => {
    const error = refusal(Buffer.from(bytes));
    expect(error.code).toBe('invalid_encoding');
    expect(error.message).toMatch(/at byte \d+\.$/);
    expect(Number(/(\d+)\.$/.exec(error.message)![1])).toBeGreaterThanOrEqual(at);
  });

  it('a byte order mark, and says so', () => {
    const error = refusal('\ufeff{}');
    expect(error.code).toBe('invalid_json');
    expect(error.message).toContain('byte order mark');
  });

  it.each([
    ['{"a":', 5],
    ['{"a"', 4],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['{"a":1]', 6],
    ['{} x', 3],
    ['{}{}', 2],
    ['01', 1],
    ['-', 1],
    ['1.', 2],
    ['1e+', 3],
    ['.5', 0],
    ['+1', 0],
    ['"a\nb"', 2],
    ['"\\x"', 1],
    ['"\\u12g4"', 5],
    ['"abc', 4],
    ['tru', 0],
    ['nulll', 4],
    ["'a'", 0],
    ['NaN', 0],
    ['// c\n{}', 0],
    ['"\\', 1],
  ])('the malformed text %j and names byte %d', (text, at) => {
    const error = refusal(text);
    expect(error.code).toBe('invalid_json');
    expect(error.message).toContain(`at byte ${at}.`);
  });

  it(`one level more than ${MAX_JSON_DEPTH}, and a million levels as calmly`, () => {
    expect(scan(nested(MAX_JSON_DEPTH)).kind).toBe('array');
    expect(refusal(nested(MAX_JSON_DEPTH + 1))).toMatchObject({
      code: 'too_deep',
      message: expect.stringContaining('at byte 64.') as string,
    });
    expect(refusal('{"a":'.repeat(MAX_JSON_DEPTH + 1)).code).toBe('too_deep');
    expect(refusal('['.repeat(1_000_000)).code).toBe('too_deep');
    expect(scan(nested(1_000_000), { maxDepth: Infinity }).end).toBe(2_000_000);
  });

  it(`one entry more than ${MAX_JSON_MEMBERS} in any container`, () => {
    expect(scan(array(MAX_JSON_MEMBERS)).items).toHaveLength(MAX_JSON_MEMBERS);
    expect(refusal(array(MAX_JSON_MEMBERS + 1)).code).toBe('too_many_items');
    expect(scan(object(MAX_JSON_MEMBERS)).members.size).toBe(MAX_JSON_MEMBERS);
    expect(refusal(object(MAX_JSON_MEMBERS + 1)).code).toBe('too_many_items');
    expect(refusal(`{"a":[${array(MAX_JSON_MEMBERS + 1)}]}`).code).toBe('too_many_items');
    expect(refusal('{"a":1,"a":2,"a":3}', { maxMembers: 2 }).code).toBe('too_many_items');
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"\\u005f_proto__":1}',
    '[{"a":{"__proto__":null}}]',
    '{"constructor":{"prototype":{}}}',
    '{"constructor":{"a":1,"proto\\u0074ype":1}}',
    '{"x":[{"constructor": {"prototype":1}}]}',
  ])('the forbidden name in %s', (text) => {
    expect(refusal(text).code).toBe('forbidden_key');
    expect(scan(text, { forbidPrototypeKeys: false }).end).toBe(text.length);
  });

  it.each([
    '{"constructor":"Ferrari"}',
    '{"prototype":1}',
    '{"constructor":{"name":"Ferrari"}}',
    '{"constructor":[{"prototype":1}]}',
    '[{"constructor":"x"},{"prototype":1}]',
    '{"constructor":{"a":{"prototype":1}}}',
    '{"constructor":{},"b":{"prototype":1}}',
    '["__proto__"]',
  ])('no name in %s', (text) => {
    expect(scan(text).end).toBe(text.length);
  });
});

describe('scanJson beside JSON.parse', () => {
  const unlimited: Partial<JsonLimits> = { maxDepth: Infinity, maxMembers: Infinity, forbidPrototypeKeys: false };
  const accepts = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch {
      return false;
    }
  };
  const pieces = fc.constantFrom(
    ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\"', '\\u', 'd83d', 'DE00', '0', '1', '-', '.', 'e', 'E', '+', 'true', 'false', 'null'],
    ...[' ', '\n', '\t', '\r', '\f', '\u0001', '\u007f', '\u00a0', 'é', '😀', '"a"', '"a":', '/', 'b'],
  );
  const soup = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
  const numbers = fc.array(fc.constantFrom('0', '1', '9', '-', '+', '.', 'e', 'E'), { maxLength: 8 }).map((parts) => parts.join(''));
  const damaged = fc
    .tuple(fc.json(), fc.nat(), pieces, fc.boolean())
    .map(
      ([text, at, piece, isCut]) => text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + (isCut ? 1 : 0)),
    );

  it('accepts the same texts', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), soup, numbers, damaged), (text) => {
        fc.pre(text.isWellFormed());
        expect(accepts(() => scan(text, unlimited))).toBe(accepts(() => JSON.parse(text)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives spans that parse to the same members and items', () => {
    const reparse = (bytes: Buffer, { start, end }: Span): unknown => JSON.parse(bytes.toString('utf8', start, end));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const bytes = Buffer.from(JSON.stringify(value, null, indent));
        const found = scanJson(bytes, unlimited);
        const parsed: unknown = JSON.parse(bytes.toString());
        expect(reparse(bytes, found)).toEqual(parsed);
        if (Array.isArray(parsed)) expect(found.items.map((span) => reparse(bytes, span))).toEqual(parsed);
        else if (found.kind === 'object') {
          const members = [...found.members].map(([name, span]) => [name, reparse(bytes, span)] as const);
          expect(new Map(members)).toEqual(new Map(Object.entries(parsed as object)));
        }
      }),
    );
  });
});
