/** What publish reads out of an event object, whichever format it came in. */
export interface EventFields {
  ownId: string | null;
  /** What makes a repeat recognisable when the publisher gave no key: a CloudEvent's source and id. */
  repeatKey: string | null;
  type: string;
  topic: string | null;
  app: string | null;
  resourceType: string | null;
  resourceId: string | null;
  /** The publisher's own request that the event came of, where its name can be searched for. */
  requestId: string | null;
  /** ISO 8601; null: the moment it is accepted. */
  occurredAt: string | null;
  /** Bytes of the data member's value within the event object. */
  dataStart: number;
  dataEnd: number;
}
