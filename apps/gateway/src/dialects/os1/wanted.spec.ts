import type { SubscriptionSpec } from '#domain/subscription.js';
import { toDraft } from '../../subscriptions/to-draft.js';
import { changeWanted, sourcesWith, wantedOf } from './wanted.js';

const WANTED = { topic: 'participant', app: 'app:1', events: ['A', 'B'] };

const specWith = (sources: SubscriptionSpec['sources']): SubscriptionSpec =>
  toDraft({ name: 'n', url: 'https://a', eventTypes: [], sources }).spec;

describe('what an OS1 subscription wants', () => {
  it('is added to once, whatever the case of the names', () => {
    expect(changeWanted(WANTED, { action: 'add', events: ['b', 'C'] })).toEqual({ ...WANTED, events: ['A', 'B', 'C'] });
  });

  it('is taken from, and what is not there is taken without complaint', () => {
    expect(changeWanted(WANTED, { action: 'remove', events: ['a', 'X'] })).toEqual({ ...WANTED, events: ['B'] });
  });

  it('is replaced without an action, and kept when no events are named', () => {
    expect(changeWanted(WANTED, { events: ['C'] })).toEqual({ ...WANTED, events: ['C'] });
    expect(changeWanted(WANTED, {})).toEqual(WANTED);
  });

  it('loses its app with its topic, unless the app is named', () => {
    expect(changeWanted(WANTED, { topic: 'entity' })).toMatchObject({ topic: 'entity', app: null });
    expect(changeWanted(WANTED, { topic: 'entity', eventAppId: 'APP:2' })).toMatchObject({ app: 'app:2' });
  });

  it('is not changed by an action that names no events', () => {
    expect(() => changeWanted(WANTED, { action: 'add' })).toThrow('Say which events.');
  });

  it('without events is no source at all, because a source without events wants all of them', () => {
    expect(sourcesWith({ ...WANTED, events: [] })).toEqual([]);
  });

  it('stands before the sources of other APIs, which stay', () => {
    const others = [{ app: 'app:9' }, { app: 'app:8', events: ['Z'] }];
    expect(sourcesWith({ ...WANTED, events: ['C'] }, [{ app: 'app:1' }, ...others])).toEqual([
      { app: 'app:1', topic: 'participant', events: ['C'] },
      ...others,
    ]);
  });

  it('is read from the first source, and from the dialect’s own fields while there is none', () => {
    const dialectFields = { topic: 'entity', eventAppId: 'app:3', customAttr: true };
    expect(wantedOf({ spec: specWith(sourcesWith(WANTED)), dialectFields })).toEqual(WANTED);
    expect(wantedOf({ spec: specWith([]), dialectFields })).toEqual({ topic: 'entity', app: 'app:3', events: [] });
    expect(wantedOf({ spec: specWith([]), dialectFields: { topic: 1 } })).toEqual({ topic: null, app: null, events: [] });
  });
});
