import type { FirstEvent } from './first-run.js';
import type { StandaloneSettings } from './settings.js';
import type { Demo } from './state.js';

export interface Running {
  gatewayUrl: string;
  databaseUrl: string;
  demo: Demo;
  event: FirstEvent;
}

/** What to look at and what to try next. */
export const tourOf = ({ gatewayUrl, databaseUrl, demo, event }: Running, { home, fromEnvironment }: StandaloneSettings): string => `
${event.type} ${event.id} was published, delivered and its signature verified in ${event.arrivedAfterMs} ms.

  API        ${gatewayUrl}/v1
  Reference  ${gatewayUrl}/docs
  Receiver   ${demo.receiverUrl}   (verifies every signature)
  Key        ${demo.key}   (tenant demo, may do everything)
  Database   ${databaseUrl}
  Files      ${home}   (data, logs/*.log, state.json)
  From the environment: ${fromEnvironment.length > 0 ? fromEnvironment.join(', ') : 'nothing'}

Next:
  # publish an event
  curl -s ${gatewayUrl}/v1/events -H 'authorization: Bearer ${demo.key}' -H 'content-type: application/json' \\
    -d '{"type":"order.created","resource":{"type":"order","id":"42"},"data":{"total":9.5}}'
  # see what became of it
  curl -s '${gatewayUrl}/v1/deliveries?limit=5' -H 'authorization: Bearer ${demo.key}'
  # send one again (an id from the list)
  curl -s -X POST ${gatewayUrl}/v1/deliveries/DELIVERY_ID/resend -H 'authorization: Bearer ${demo.key}'

Ctrl-C stops everything; the data stays.`;
