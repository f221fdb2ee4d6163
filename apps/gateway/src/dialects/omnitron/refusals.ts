import { DomainError, type FieldError } from '#domain/errors.js';
import type { ErrorAnswer, ErrorEnvelope } from '../../http/error-envelopes.js';

/** The vendor's own refusals. Source: dj-whisperer's error codes, which the OMS answers with. */
const CODED = {
  webhook_100_1: { status: 404, en: 'Webhook does not exist' },
  webhook_100_2: { status: 406, en: 'Webhook already registered' },
  event_100_1: { status: 404, en: 'WebhookEvent does not exist' },
  event_100_6: { status: 406, en: 'Event is still in retry process' },
} as const;

type Code = keyof typeof CODED;

export const refuse = (code: Code): DomainError => new DomainError(code, CODED[code].en);

export const invalidPage = (): DomainError => new DomainError('invalid_page', 'Invalid page.');

/** Which field of a hook a fault in the core's own spelling is about. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['url', 'target_url'],
  ['headers', 'additional_headers'],
  ['secret', 'secret_key'],
  ['eventTypes', 'event_type'],
  ['failureHandling', 'retry_countdown_config'],
  ['metadata', 'config'],
  ['auth', 'config'],
  ['callback', 'callback'],
]);

const DETAILS: ReadonlyMap<number, string> = new Map([
  [403, 'You do not have permission to perform this action.'],
  [404, 'Not found.'],
  [500, 'A server error occurred.'],
]);

/** Refusals as Django REST framework spells them: `{"detail":…}`, or the faulty fields with what is wrong with each. */
export const omnitronEnvelope: ErrorEnvelope = ({ code, status, detail, errors = [] }, request): ErrorAnswer => {
  const answer = (asked: number, body: unknown) => ({ status: asked, contentType: 'application/json; charset=utf-8', body });
  if (isCoded(code)) return answer(CODED[code].status, { code, en: CODED[code].en });
  if (code === 'invalid_page') return answer(404, { detail });
  if (status === 401) {
    const told = request.headers.authorization === undefined ? 'Authentication credentials were not provided.' : 'Invalid token.';
    return { ...answer(401, { detail: told }), headers: { 'www-authenticate': 'Token' } };
  }
  // Only the two actions refuse methods, and both take POST.
  if (status === 405) return { ...answer(405, { detail }), headers: { allow: 'POST' } };
  const fields = errors.filter(({ path }) => path !== '');
  const asked = status === 422 ? 400 : status;
  return answer(asked, fields.length > 0 ? treeOf(fields) : { detail: DETAILS.get(status) ?? detail });
};

const isCoded = (code: string): code is Code => Object.hasOwn(CODED, code);

type Tree = Map<string, Tree | string[]>;

/** `/retry_countdown_config/choice` becomes `{"retry_countdown_config":{"choice":[…]}}`. */
function treeOf(errors: readonly FieldError[]): unknown {
  const root: Tree = new Map();
  for (const { path, message } of errors) {
    const [first = '', ...rest] = path.slice(1).split('/');
    const field = FIELDS.get(first);
    put(root, field === undefined ? [first, ...rest] : [field], message);
  }
  return toJson(root);
}

function put(tree: Tree, [name = '', ...rest]: string[], message: string): void {
  const there = tree.get(name);
  if (rest.length === 0 || Array.isArray(there)) {
    if (Array.isArray(there)) there.push(message);
    else if (there === undefined) tree.set(name, [message]);
    return;
  }
  const branch: Tree = there ?? new Map<string, Tree | string[]>();
  tree.set(name, branch);
  put(branch, rest, message);
}

const toJson = (node: Tree | string[]): unknown =>
  Array.isArray(node) ? node : Object.fromEntries([...node].map(([name, child]) => [name, toJson(child)]));
