import fc from 'fast-check';

/** Texts that broke somebody's parser, index, log or page. */
const TEXTS = [
  ...[
    '',
    ' ',
    'x',
    'null',
    'true',
    '0',
    '-1',
    '*',
    '.',
    '..',
    'a..b',
    'a b',
    '/',
    '//',
    '\\',
    '%',
    '%00',
    '%zz',
    "' OR 1=1--",
    ';DROP TABLE events',
    '$1',
  ],
  ...[
    'a\u0000b',
    '\u0000',
    '\u007f',
    'a\r\nb',
    '\ud800',
    '\udfff\ud800',
    '\u202eabc',
    '\ufeff',
    'é',
    'e\u0301',
    'İ',
    'ß',
    '💩',
    '👩‍👩‍👧‍👦',
    '\u{10ffff}',
    'ﷺ',
  ],
  ...['{/', '{/a}', '{/__proto__}', '{{', '${x}', '<script>', '__proto__', 'constructor', 'toString', 'sub_8ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
  ...[
    'http://x',
    'https://example.com/',
    'https://127.1',
    '2026-01-01T00:00:00Z',
    '0000-00-00T00:00:00Z',
    '300000-01-01T00:00:00Z',
    '00000000-0000-0000-0000-000000000000',
  ],
  ...[64, 129, 257, 4_097, 70_000].map((length) => 'x'.repeat(length)),
  '💩'.repeat(300),
];

/** Stands for what JSON.stringify cannot write; `toText` puts it in its place. */
const raw = (text: string): string => `@raw:${text}`;
const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '1.5',
  '1e3',
  '255',
  '256',
  '2147483648',
  '9007199254740993',
  '12345678901234567890',
  '1e308',
  '1e400',
  '-1e400',
];

const member = fc.constantFrom('a', 'id', 'url', 'kind', 'value', 'constructor', 'toString', '', 'ü', 'x'.repeat(300));
const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(...NUMBERS.map(raw)) },
  fc.constantFrom(null, true, false),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
);

const { value } = fc.letrec<{ value: unknown; list: unknown[]; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: false }, { weight: 4, arbitrary: scalar }, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(member, tie('value'), { maxKeys: 4 }),
}));

const LARGE = [
  Array.from({ length: 600 }, (_, i) => `t${i}`),
  Array.from({ length: 10_001 }, () => 1),
  Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`k${i}`, i])),
  Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 1),
  Array.from({ length: 70 }).reduce<unknown>((inner) => ({ a: inner }), 1),
];

/** Any JSON value: of every type and size, made by chance or known to hurt. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 9, arbitrary: value },
  { weight: 1, arbitrary: fc.constantFrom(...LARGE) },
);

/** Text for a path or a query. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TEXTS.filter((text) => text.length < 5_000)),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** The value as JSON, with numbers that JavaScript has none of. */
export const toText = (body: unknown): string => JSON.stringify(body).replaceAll(/"@raw:([^"]*)"/g, '$1');
