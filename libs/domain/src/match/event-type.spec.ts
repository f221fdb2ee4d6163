import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { compilePattern, exactType, isEventType, matchesPattern, requireEventType } from './event-type.js';

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return 'accepted';
  } catch (error) {
    return error instanceof DomainError ? `${error.code} ${error.errors[0]?.path ?? ''}` : String(error);
  }
};

const matches = (pattern: string, type: string): boolean => matchesPattern(compilePattern(pattern), type);

const segment = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/);
const eventType = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('.'));

/** What a pattern means, said the slow way. */
const asRegExp = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i');

describe('an event type', () => {
  it.each([
    'UserCreated',
    'ApplyEventParticipantSuccessEvent',
    'package.status.packed_for_refund',
    'package.shipment.awb_number',
    'policy.quote.issue',
    'pull_request.opened',
    'entry.workflow-event',
    '1.2',
    'x'.repeat(128),
  ])('may be %s', (text) => {
    expect(isEventType(text)).toBe(true);
    expect(requireEventType(text)).toBe(text);
  });

  it.each([
    '',
    'x'.repeat(129),
    'x'.repeat(300),
    'order created',
    'order.*',
    '*',
    'a..b',
    '.a',
    'a.',
    'ordér',
    'a/b',
    'a:b',
    'a\n',
    'a\u0000',
    42,
    null,
    ['a'],
  ])('may not be %j', (text) => {
    expect(isEventType(text)).toBe(false);
    expect(codeOf(() => requireEventType(text, '/events/0/type'))).toBe('event_type_invalid /events/0/type');
  });
});

describe('an event type pattern', () => {
  it.each([
    ['*', 'order', true],
    ['*', 'order.created.eu', true],
    ['order.*', 'order.created', true],
    ['order.*', 'order.created.eu', true],
    ['order.*', 'order', false],
    ['order.*', 'orders.created', false],
    ['order.*', 'reorder.created', false],
    ['ORDER.*', 'order.Created', true],
    ['UserCreated', 'usercreated', true],
    ['order', 'order.created', false],
    ['order.created', 'order', false],
    ['order.*.eu', 'order.created.eu', true],
    ['order.*.eu', 'order.a.b.eu', true],
    ['order.*.eu', 'order.eu', false],
    ['*.created', 'order.created', true],
    ['*.created', 'created', false],
    ['order.cre*', 'order.created', true],
    ['order.cre*', 'order.cre', true],
    ['order.*ed', 'order.ed', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*a', 'aba', true],
    ['a*b*a', 'ab', false],
    ['a*ab*b', 'aab', false],
    ['a*ab*b', 'aabb', true],
    ['**', 'x', true],
    ['a.*.*.*', 'a.b.c', false],
  ])('%s on %s: %s', (pattern, type, expected) => expect(matches(pattern, type)).toBe(expected));

  it.each([
    '',
    'a..b',
    'order.',
    '.*',
    'order *',
    'ordér',
    'x'.repeat(129),
    '*********',
    '*************a',
    'a.*.*.*.*.*.*.*.*.*',
    7,
    null,
    ['*'],
  ])('may not be %j', (pattern) => {
    expect(codeOf(() => compilePattern(pattern, '/eventTypes/3'))).toBe('event_type_pattern_invalid /eventTypes/3');
  });

  it('may have eight wildcards and 128 characters', () => {
    expect(matches('*a*a*a*a*a*a*a*', 'aaaaaaa')).toBe(true);
    expect(matches('********', 'a')).toBe(true);
    expect(matches('x'.repeat(128), 'X'.repeat(128))).toBe(true);
  });

  it('without a wildcard stands for one type, in lower case', () => {
    expect(exactType(compilePattern('Order.Created'))).toBe('order.created');
    expect(exactType(compilePattern('order.*'))).toBeNull();
    expect(exactType(compilePattern('*'))).toBeNull();
  });

  it('means what its regular expression would mean', () => {
    const few = fc.stringMatching(/^[abA*.]{1,10}$/).filter((text) => /^[^.]+(\.[^.]+)*$/.test(text) && text.split('*').length <= 9);
    const type = fc.stringMatching(/^[abB.]{1,12}$/).filter(isEventType);
    fc.assert(
      fc.property(few, type, (pattern, text) => {
        expect(matches(pattern, text)).toBe(asRegExp(pattern).test(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('matches each type by itself and by its first segments', () => {
    fc.assert(
      fc.property(eventType, segment, (type, last) => {
        expect(matches(type, type.toUpperCase())).toBe(true);
        expect(matches(`${type}.*`, `${type}.${last}`)).toBe(true);
        expect(matches(`${type}.*`, type)).toBe(false);
      }),
    );
  });
});
