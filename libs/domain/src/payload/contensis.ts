import type { PayloadContext } from './payload-context.js';

type Json = Record<string, unknown>;
const objectOr = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
const text = (...values: unknown[]): string | null => values.find((value): value is string => typeof value === 'string') ?? null;

/**
 * The default webhook request: what happened, by whom, to what. Source: Contensis, "Webhooks", default payload.
 * What a resource does not say of itself is null.
 */
export const contensisPayload = ({ stored, tree, subscription }: PayloadContext): Buffer => {
  const user = objectOr(tree.user);
  const resource = objectOr(tree.resource);
  const sys = objectOr(resource['sys']);
  return Buffer.from(
    JSON.stringify({
      eventId: stored.uuid,
      eventName: tree.event.name,
      subscriptionId: subscription,
      datetime: stored.occurredAt,
      invokedBy: {
        username: text(user['username'], user['id']),
        firstName: text(user['firstName'], user['firstname']),
        lastName: text(user['lastName'], user['lastname']),
      },
      resource: {
        id: text(stored.resourceId, resource['id'], sys['id']),
        type: text(stored.resourceType, resource['type']),
        projectId: text(resource['projectId'], sys['projectId']),
        contentTypeId: text(resource['contentTypeId'], sys['contentTypeId']),
        title: text(resource['title'], resource['entryTitle']),
        language: text(resource['language'], sys['language']),
        url: text(resource['url'], sys['uri']),
      },
    }),
  );
};
