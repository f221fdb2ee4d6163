import type { TopicFilter } from '../subscription.js';
import type { EventToMatch } from './candidate.js';
import { compileSelectors, type NativeSelectors, selects } from './selectors.js';

interface Sent {
  type?: string;
  topic?: string;
  app?: string;
  resourceType?: string;
  resourceId?: string;
  event?: Record<string, unknown>;
  resource?: unknown;
  registeredName?: string;
}

/** An event as it is after publish: without a name of its own it is named by its type. */
const event = ({ type = 'entry.updated', registeredName, ...sent }: Sent): EventToMatch => {
  const at = '2026-01-01T00:00:00.000Z';
  const { topic = null, app = null, resourceType = null, resourceId = null } = sent;
  const stored = { uuid: 'u', id: 'evt_1', tenantId: 't', type, topic, app, resourceType, resourceId, occurredAt: at, acceptedAt: at };
  return {
    stored: { ...stored, raw: Buffer.alloc(0), dataStart: 0, dataEnd: 0 },
    tree: {
      event: { name: type, ...sent.event, id: 'evt_1', type, topic, timestamp: at },
      resource: sent.resource ?? null,
      user: null,
      data: null,
    },
    registered: registeredName === undefined ? null : { name: registeredName, eventType: type, filter: null, variables: {} },
    appPermissions: null,
  };
};

const matches = (native: NativeSelectors, sent: Sent): boolean =>
  compileSelectors(native).some((selector) => selects(selector, event(sent)));
const topic = (filter: TopicFilter, sent: Sent): boolean => matches({ topics: [filter] }, sent);

describe('event types as selectors', () => {
  it('match the type of the event, any of them being enough', () => {
    expect(matches({ eventTypes: ['order.created', 'entry.*'] }, {})).toBe(true);
    expect(matches({ eventTypes: ['order.created', 'order.*'] }, {})).toBe(false);
  });

  it('do not match the name of the event', () => {
    expect(matches({ eventTypes: ['updated'] }, { event: { name: 'updated' } })).toBe(false);
  });

  it('refuse a bad pattern with the place where it stands', () => {
    expect(() => compileSelectors({ eventTypes: ['a', 'b..c'] })).toThrow(
      expect.objectContaining({ code: 'event_type_pattern_invalid', errors: [expect.objectContaining({ path: '/eventTypes/1' })] }),
    );
  });
});

describe('a topic', () => {
  const blog: TopicFilter = { resourceType: 'entry', event: ['updated'], language: ['fr-fr'], contentTypeId: ['blog'], owner: 't.durden' };
  const sys = { contentTypeId: 'blog', language: 'fr-FR', owner: 'T.Durden' };
  const sent: Sent = { resourceType: 'entry', event: { name: 'updated' }, resource: { sys } };

  it('matches when every field does, whatever the case', () => {
    expect(topic(blog, sent)).toBe(true);
  });

  it.each<[string, Sent]>([
    ['resource type', { ...sent, resourceType: 'contentType' }],
    ['event', { ...sent, event: { name: 'created' } }],
    ['language', { ...sent, resource: { sys: { ...sys, language: 'en-GB' } } }],
    ['content type', { ...sent, resource: { sys: { ...sys, contentTypeId: 'news' } } }],
    ['owner', { ...sent, resource: { sys: { ...sys, owner: 'm.singer' } } }],
    ['facts about the resource at all', { ...sent, resource: 'no object' }],
  ])('does not match another %s', (_, other) => {
    expect(topic(blog, other)).toBe(false);
  });

  it('asks nothing where it is empty', () => {
    expect(topic({ resourceType: '', event: [], language: [], workflowEvent: [], workflowState: [] }, sent)).toBe(true);
    expect(topic({}, { type: 'anything' })).toBe(true);
  });

  it('takes any of the names it lists', () => {
    expect(topic({ event: ['created', 'Updated'] }, sent)).toBe(true);
  });

  it('takes a list of owners too', () => {
    const owners = { owner: ['m.singer', 't.durden'] } as unknown as TopicFilter;
    expect(topic(owners, sent)).toBe(true);
    expect(topic({ owner: 't.durde' }, sent)).toBe(false);
  });

  it.each<[string, TopicFilter, Sent]>([
    ['resource type in the resource', { resourceType: 'entry' }, { resource: { type: 'Entry' } }],
    ['name in the last segment of the type', { event: ['updated'] }, { type: 'entry.updated' }],
    ['name in the whole type', { event: ['entry.updated'] }, { type: 'entry.updated' }],
    ['language in the resource', { language: ['fr-fr'] }, { resource: { language: 'fr-FR' } }],
    ['language in the event', { language: ['fr-fr'] }, { event: { language: 'fr-FR' } }],
    ['content type in the resource', { contentTypeId: ['blog'] }, { resource: { contentTypeId: 'blog' } }],
    ['owner in the resource', { owner: 'a' }, { resource: { owner: 'a' } }],
    ['owner in the event', { owner: 'a' }, { event: { owner: 'a' } }],
    ['id as stored', { id: ['42'] }, { resourceId: '42' }],
    ['id in the resource, a number too', { id: ['42'] }, { resource: { id: 42 } }],
    ['id under sys', { id: ['42'] }, { resource: { sys: { id: '42' } } }],
    ['data format under sys', { dataFormat: ['entry'] }, { resource: { sys: { dataFormat: 'entry' } } }],
    ['data format in the resource', { dataFormat: ['entry'] }, { resource: { dataFormat: 'entry' } }],
  ])('finds the %s', (_, filter, where) => {
    expect(topic(filter, where)).toBe(true);
    expect(topic(filter, { type: 'other.thing', resource: {} })).toBe(false);
  });

  it.each<[string, TopicFilter, Sent]>([
    ['the last segment when the event has a name of its own', { event: ['updated'] }, { event: { name: 'created' } }],
    ['the id of the resource when another is stored', { id: ['42'] }, { resourceId: '7', resource: { id: '42' } }],
    ['language in the resource when sys has one', { language: ['fr'] }, { resource: { language: 'fr', sys: { language: 'en' } } }],
    ['what a resource only inherits', { owner: 'a' }, { resource: Object.create({ owner: 'a' }) as unknown }],
  ])('does not look at %s', (_, filter, where) => {
    expect(topic(filter, where)).toBe(false);
  });

  describe('on a workflow', () => {
    const submit = 'contensisEntryBasic.draft.submit';
    const raised: Sent = { event: { name: 'workflowEventRaised', workflowEvent: submit } };
    const changed: Sent = { event: { name: 'workflowStateChanged', workflow: { state: 'contensisEntryApproval.awaitingApproval' } } };

    it('narrows the raised events to those it lists, whatever their case', () => {
      expect(topic({ event: ['workflowEventRaised'], workflowEvent: ['contensisentrybasic.draft.submit'] }, raised)).toBe(true);
      expect(topic({ event: ['workflowEventRaised'], workflowEvent: ['contensisentrybasic.draft.decline'] }, raised)).toBe(false);
      expect(topic({ event: ['workflowEventRaised'], workflowEvent: [submit] }, { event: { name: 'workflowEventRaised' } })).toBe(false);
      expect(topic({ workflowEvent: [submit] }, { event: { name: 'workflowEventRaised', workflow: { event: submit } } })).toBe(true);
    });

    it('narrows the state changes to those it lists, in the event or in the resource', () => {
      const state = { workflowState: ['contensisentryapproval.awaitingapproval'] };
      expect(topic({ event: ['workflowStateChanged'], ...state }, changed)).toBe(true);
      expect(topic(state, { event: { name: 'workflowStateChanged', workflowState: 'contensisEntryApproval.awaitingApproval' } })).toBe(
        true,
      );
      const sys = { workflow: { state: 'contensisEntryApproval.awaitingApproval' } };
      expect(topic(state, { event: { name: 'workflowStateChanged' }, resource: { sys } })).toBe(true);
      expect(topic(state, { event: { name: 'workflowStateChanged' }, resource: { sys: { workflow: { state: 'draft' } } } })).toBe(false);
    });

    it('asks for its own event when it names none', () => {
      expect(topic({ workflowEvent: [submit] }, raised)).toBe(true);
      expect(topic({ workflowEvent: [submit] }, { event: { name: 'updated', workflowEvent: submit } })).toBe(false);
    });

    it('leaves the other events it names alone', () => {
      const filter = { resourceType: 'entry', event: ['published', 'workflowEventRaised'], workflowEvent: [submit] };
      expect(topic(filter, { resourceType: 'entry', event: { name: 'published' } })).toBe(true);
      expect(topic(filter, { resourceType: 'entry', ...raised })).toBe(true);
      expect(topic(filter, { resourceType: 'entry', event: { name: 'workflowEventRaised', workflowEvent: 'other' } })).toBe(false);
      expect(topic(filter, { resourceType: 'asset', event: { name: 'published' } })).toBe(false);
      expect(topic(filter, { resourceType: 'entry', event: { name: 'created' } })).toBe(false);
    });

    it('asks for events and states beside each other, not for both at once', () => {
      const filter = { workflowEvent: [submit], workflowState: ['contensisEntryApproval.awaitingApproval'] };
      expect(topic(filter, raised)).toBe(true);
      expect(topic(filter, changed)).toBe(true);
      expect(topic(filter, { event: { name: 'workflowStateChanged', workflowState: 'draft', workflowEvent: submit } })).toBe(false);
    });
  });
});

describe('a source', () => {
  const source = { app: 'app:1', topic: 'participant', events: ['UserCreated'] };
  const sent: Sent = { type: 'UserCreatedEvent', app: 'app:1', topic: 'Participant', event: { name: 'UserCreated' } };

  it('matches its app, its topic and one of its events', () => {
    expect(matches({ sources: [source] }, sent)).toBe(true);
  });

  it.each<[string, Sent]>([
    ['app', { ...sent, app: 'app:2' }],
    ['topic', { ...sent, topic: 'entity' }],
    ['event', { ...sent, event: { name: 'UserUpdated' } }],
    ['app when the event has none', { ...sent, app: undefined }],
  ])('does not match another %s', (_, other) => {
    expect(matches({ sources: [source] }, other)).toBe(false);
  });

  it('knows an event by its type, by its name and by the name it was registered under', () => {
    const byType = { type: 'UserCreated', app: 'app:1', topic: 'participant' };
    const registered = { type: 'UserCreatedEvent', app: 'app:1', topic: 'participant', registeredName: 'usercreated' };
    expect(matches({ sources: [source] }, byType)).toBe(true);
    expect(matches({ sources: [source] }, registered)).toBe(true);
  });

  it('without events means all of the app', () => {
    expect(matches({ sources: [{ app: 'app:1', events: [] }] }, sent)).toBe(true);
    expect(matches({ sources: [{ app: 'app:2' }] }, sent)).toBe(false);
  });
});

describe('several forms together', () => {
  it('match when any one does', () => {
    const native: NativeSelectors = { eventTypes: ['order.*'], topics: [{ resourceType: 'entry' }], sources: [{ app: 'app:1' }] };
    expect(matches(native, { type: 'order.created' })).toBe(true);
    expect(matches(native, { type: 'x', resourceType: 'entry' })).toBe(true);
    expect(matches(native, { type: 'x', app: 'app:1' })).toBe(true);
    expect(matches(native, { type: 'x' })).toBe(false);
  });

  it('say where each selector came from', () => {
    const native: NativeSelectors = { eventTypes: ['order.*', 'a'], topics: [{}, { resourceType: 'entry' }], sources: [{ app: 'app:1' }] };
    expect(compileSelectors(native).map(({ origin }) => origin)).toEqual(['/eventTypes', '/topics/0', '/topics/1', '/sources/0']);
  });

  it('are none when nothing is asked for', () => {
    expect(compileSelectors({ eventTypes: [], topics: [], sources: [] })).toEqual([]);
  });
});
