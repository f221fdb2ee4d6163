import type { NewSubscription } from '../support/api-shapes.js';

/** An example payload as it was published. */
export interface Published {
  id: string;
  type: string;
  /** ISO 8601: when it happened by its publisher, or else when it was accepted. */
  timestamp: string;
  payload: Payload;
  /** The publisher's bytes of `data`. */
  data: string;
}

/** What the predictions below look at; every payload is read as loosely as GitHub writes it. */
export interface Payload {
  action?: string;
  number?: number;
  sender?: { login: string; type: string };
  repository?: { id: number; full_name: string; private: boolean };
  organization?: object;
  pull_request?: { title: string };
}

/** A subscription and, in plain TypeScript, what it must get: nothing here comes from the product. */
export interface Expectation {
  subscription: Partial<NewSubscription>;
  wants: (event: Published) => boolean;
  /** Path and query without the subscription's own first segment; null: the templates do not fit the event, so nothing is sent. */
  path?: (event: Published) => string | null;
  /** Beside those that every request has. */
  headers?: (event: Published) => Record<string, string>;
  body?: (event: Published) => string;
}

const json = (value: unknown): string => JSON.stringify(value ?? null);

/** RFC 3986: everything but unreserved characters; `!'()*` are left alone by custom of JavaScript. */
const percent = (value: string | number | undefined): string =>
  [...Buffer.from(String(value ?? ''))]
    .map((byte) =>
      /[A-Za-z0-9\-_.~!'()*]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

export const defaultBody = ({ id, type, timestamp, data }: Published): string =>
  `{"id":"${id}","type":"${type}","timestamp":"${timestamp}","data":${data}}`;

/** By name; the name is the first segment of the subscription's path. */
export const EXPECTATIONS: Record<string, Expectation> = {
  all: { subscription: { eventTypes: ['github.*'] }, wants: () => true },
  issues: { subscription: { eventTypes: ['github.issues.*'] }, wants: ({ type }) => type.startsWith('github.issues.') },
  created: {
    subscription: { eventTypes: ['GitHub.*.CREATED', 'github.fork', 'github.star.*'] },
    wants: ({ type }) => type.endsWith('.created') || type === 'github.fork' || type.startsWith('github.star.'),
  },
  others: { subscription: { eventTypes: ['gitlab.*', 'github', 'github.issue', 'github.issues'] }, wants: () => false },
  off: { subscription: { eventTypes: ['*'], enabled: false }, wants: () => false },

  public: {
    subscription: { eventTypes: ['*'], filter: { '===': [{ var: 'data.repository.private' }, false] } },
    wants: ({ payload }) => payload.repository?.private === false,
  },
  actions: {
    subscription: { eventTypes: ['*'], filter: { in: [{ var: 'data.action' }, ['opened', 'deleted', 'labeled']] } },
    wants: ({ payload }) => payload.action === 'opened' || payload.action === 'deleted' || payload.action === 'labeled',
  },
  octocat: {
    subscription: { eventTypes: ['github.*'], filter: { '==': [{ var: 'data.sender.login' }, 'octocat'] } },
    wants: ({ payload }) => payload.sender?.login === 'octocat',
  },
  people: {
    subscription: {
      eventTypes: ['*'],
      filter: {
        and: [
          { '===': [{ var: 'data.sender.type' }, 'User'] },
          { '!': { var: 'data.organization' } },
          { '<': [1, { var: 'data.number' }] },
        ],
      },
    },
    wants: ({ payload }) => payload.sender?.type === 'User' && payload.organization === undefined && (payload.number ?? 0) > 1,
  },

  pulls: {
    subscription: {
      eventTypes: ['github.pull_request.*'],
      url: '/{/data/repository/full_name}/{/data/action}?title={/data/pull_request/title}&n={/data/number}&none={/data/nope}',
      headers: {
        'X-GitHub-Event': 'github/{/event/type}',
        'X-Repository': '{/data/repository/full_name}',
        'X-Many': ['{/data/action}', 'fixed', '{/data/nope}'],
        'X-None': '{/data/nope}',
      },
    },
    wants: ({ type }) => type.startsWith('github.pull_request.'),
    path: ({ payload: { repository, action, pull_request: pull, number } }) =>
      `/${percent(repository?.full_name)}/${percent(action)}?title=${percent(pull?.title)}&n=${percent(number)}&none=`,
    headers: ({ type, payload: { repository, action } }) => ({
      'x-github-event': `github/${type}`,
      'x-repository': repository?.full_name ?? '',
      'x-many': `${action}, fixed`,
    }),
  },
  repositories: {
    subscription: { eventTypes: ['github.*'], url: '/{/data/repository/full_name}', method: 'PUT' },
    wants: () => true,
    path: ({ payload: { repository } }) => (repository ? `/${percent(repository.full_name)}` : null),
  },

  object: {
    subscription: {
      eventTypes: ['*'],
      filter: { '!==': [{ var: 'data.action' }, 'created'] },
      templates: {
        '*': {
          z: '{/event/type}',
          text: '{/data/sender/login} did "{/data/action}"',
          sender: '{/data/sender}',
          nothing: '{/data/nope}',
          list: ['{/data/repository/id}', 1, true, null],
          a: 'literal {{/braces}',
        },
      },
    },
    wants: ({ payload }) => payload.action !== 'created',
    body: ({ type, payload: { sender, action, repository } }) =>
      JSON.stringify({
        z: type,
        text: `${sender?.login ?? ''} did "${action ?? ''}"`,
        sender: sender ?? null,
        nothing: null,
        list: [repository?.id ?? null, 1, true, null],
        a: 'literal {/braces}',
      }),
  },
  string: {
    subscription: {
      eventTypes: ['github.*.created'],
      templates: { '*': '{ "who": "\\"{/data/sender/login}\\"",  "repository": {/data/repository},\n"n": {/data/number} }' },
    },
    wants: ({ type }) => type.endsWith('.created'),
    body: ({ payload: { sender, repository, number } }) =>
      `{ "who": "\\"${sender?.login ?? ''}\\"",  "repository": ${json(repository)},\n"n": ${json(number)} }`,
  },
  text: {
    subscription: {
      eventTypes: ['github.*.labeled'],
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      templates: { '*': 'Who?\n{/data/sender/login} "{/data/action}"; {/data/nope}{/data/repository}' },
    },
    wants: ({ type }) => type.endsWith('.labeled'),
    headers: () => ({ 'content-type': 'text/plain; charset=utf-8' }),
    body: ({ payload: { sender, action, repository } }) =>
      `Who?\n${sender?.login ?? ''} "${action}"; ${repository ? json(repository) : ''}`,
  },
  whole: {
    subscription: { eventTypes: ['github.*.deleted'], templates: { '*': '{/data/repository}' } },
    wants: ({ type }) => type.endsWith('.deleted'),
    body: ({ payload: { repository } }) => json(repository),
  },
};
