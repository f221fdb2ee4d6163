import { DomainError } from '#domain/errors.js';
import { checkEventType } from './check-event-type.js';

const faultOf = (definition: object): string => {
  try {
    checkEventType(definition, '/eventTypes/3');
  } catch (error) {
    if (error instanceof DomainError) return `${error.errors[0]?.path} ${error.code}`;
    throw error;
  }
  return 'taken';
};

describe('the path of an event type', () => {
  it.each(['/', '/users', '/api/v2/users/{userId}', '/a?id={/resource/id}&x=1', '/a/b.c~d/%20', '/..a', `/${'{a}'.repeat(500)}`])(
    'is taken: %s',
    (getApiPath) => {
      expect(faultOf({ getApiPath })).toBe('taken');
    },
  );

  it.each([
    'x',
    '',
    '//evil.example',
    '/\\evil',
    'https://x',
    '/a b',
    '/a#b',
    '/{',
    '/}',
    '/{1}',
    '/{}',
    '/é',
    '/a\nb',
    '/../x',
    '/a/..',
    '/a/%2E%2e/b',
    '/./a',
  ])('is refused: %j', (getApiPath) => expect(faultOf({ getApiPath })).toBe('/eventTypes/3/getApiPath invalid_path'));
});

describe('the filter of an event type', () => {
  it('is compiled with the publisher’s $ variables', () => {
    expect(faultOf({ filterLogic: { '===': ['$eventType', 'UserCreatedEvent'] } })).toBe('taken');
    expect(faultOf({ filterLogic: null })).toBe('taken');
  });

  it('is refused by its place in the request', () => {
    expect(faultOf({ filterLogic: { and: [{ nope: 1 }] } })).toBe('/eventTypes/3/filterLogic/and/0/nope filter_unsupported');
  });
});

describe('the eventType of an event type', () => {
  it.each(['UserCreatedEvent', 'order.created'])('is taken: %s', (eventType) => expect(faultOf({ eventType })).toBe('taken'));
  it.each(['a b', 'a..b', '*', ''])('is refused: %j', (eventType) =>
    expect(faultOf({ eventType })).toBe('/eventTypes/3/eventType event_type_invalid'),
  );
});
