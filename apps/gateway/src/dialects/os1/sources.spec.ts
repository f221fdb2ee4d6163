import { DomainError } from '#domain/errors.js';
import { publisherOf } from './sources.js';

const type = (appId: string, name: string, eventType: string | null = null) => ({ appId, name, eventType });

const refusal = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof DomainError ? [error.code, ...error.errors.map(({ path }) => path)] : error;
  }
};

describe('the publisher of named events', () => {
  it('is the one app that has registered all of them, by name or eventType in any case', () => {
    const registered = [type('1', 'UserCreated', 'UserCreatedEvent'), type('1', 'B'), type('2', 'B')];
    expect(publisherOf(registered, ['usercreatedevent', 'b'])).toBe('app:1');
  });

  it('is nobody where an event is unknown, and each of those is named', () => {
    expect(refusal(() => publisherOf([type('1', 'A')], ['X', 'A', 'Y']))).toEqual(['unknown_event', '/events/0', '/events/2']);
  });

  it('is not guessed among several', () => {
    expect(refusal(() => publisherOf([type('1', 'A'), type('2', 'A')], ['A']))).toEqual(['conflict', '/eventAppId']);
    expect(refusal(() => publisherOf([type('1', 'A'), type('2', 'B')], ['A', 'B']))).toEqual(['conflict']);
  });
});
