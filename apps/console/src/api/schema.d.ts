// Made from openapi.json by "npm run generate".
export interface paths {
    "/v1/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List publisher apps
         * @description Oldest first.
         */
        get: operations["AppsController_list"];
        put?: never;
        /** Register a publisher app */
        post: operations["AppsController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/topics/{topic}/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List event types
         * @description Oldest first.
         */
        get: operations["EventTypesController_list"];
        put?: never;
        /**
         * Register event types
         * @description Up to 100, all or none; a name that is taken is 409.
         */
        post: operations["EventTypesController_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/topics/{topic}/event-types/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event type */
        get: operations["EventTypesController_get"];
        /**
         * Register or replace an event type
         * @description What is left out is taken away.
         */
        put: operations["EventTypesController_put"];
        post?: never;
        /** Delete an event type */
        delete: operations["EventTypesController_delete"];
        options?: never;
        head?: never;
        /**
         * Change an event type
         * @description What is left out stays as it is.
         */
        patch: operations["EventTypesController_change"];
        trace?: never;
    };
    "/v1/apps/{app}/topics/{topic}/event-types/bulk-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete event types
         * @description Up to 25, all or none.
         */
        post: operations["EventTypesController_bulkDelete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a publisher app */
        get: operations["AppsController_get"];
        put?: never;
        post?: never;
        /**
         * Delete a publisher app
         * @description Its event types go with it; what it has published stays.
         */
        delete: operations["AppsController_delete"];
        options?: never;
        head?: never;
        /**
         * Change a publisher app
         * @description What is left out stays as it is.
         */
        patch: operations["AppsController_change"];
        trace?: never;
    };
    "/v1/apps/{id}/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the topics of a publisher app
         * @description Those it has event types under, in the order of their names.
         */
        get: operations["AppsController_listTopics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audit log
         * @description Newest first: who changed what, and who saw a secret. An operator sees all tenants’.
         */
        get: operations["AuditController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an entry of the audit log */
        get: operations["AuditController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description Newest first.
         */
        get: operations["DeliveriesController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a delivery
         * @description By its id or its uuid.
         */
        get: operations["DeliveriesController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the attempts of a delivery
         * @description Newest first.
         */
        get: operations["DeliveriesController_attempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/body": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the body that a delivery sends
         * @description The bytes that its requests carry: those of the first, which all others repeat, or before that those that it will send.
         */
        get: operations["DeliveriesController_getBody"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a delivery that has not arrived */
        post: operations["DeliveriesController_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again
         * @description The body’s bytes repeat; url, headers and secret are today’s. A retry that was waiting is superseded, and the policy’s attempts begin anew.
         */
        post: operations["DeliveriesController_resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/diverted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List diverted deliveries
         * @description Newest first.
         */
        get: operations["DivertedController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/diverted/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a diverted delivery */
        get: operations["DivertedController_get"];
        put?: never;
        post?: never;
        /**
         * Discard a diverted delivery
         * @description It stays on record as cancelled.
         */
        delete: operations["DivertedController_discard"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/diverted/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a diverted delivery again */
        post: operations["DivertedController_resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events
         * @description Newest first.
         */
        get: operations["EventsController_list"];
        put?: never;
        /**
         * Publish an event
         * @description 202 means it is committed; delivery follows. Also takes a CloudEvent in structured mode.
         */
        post: operations["PublishController_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an event
         * @description By the id it was published under.
         */
        get: operations["EventsController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deliveries of an event */
        get: operations["EventsController_listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain an event
         * @description Why it was or was not delivered, verdict by verdict, as the subscriptions are now.
         */
        get: operations["ExplainController_explainStored"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}/expunge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Expunge the payload of an event
         * @description Takes the payload, the bodies that were sent, and urls, headers and answers out of its attempts. Ids, types, times and states stay; deliveries that wait are cancelled. It cannot be taken back; asking again changes nothing.
         */
        post: operations["ExpungesController_expungeEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish up to 100 events
         * @description Each item is taken or refused for itself: 202 when all were taken, 207 otherwise. Counts as so many requests.
         */
        post: operations["PublishController_publishBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Explain an event that is not stored
         * @description A dry run: who would get it, and which request. Secrets are masked.
         */
        post: operations["ExplainController_explainUnstored"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/expunges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List expunges
         * @description Newest first. They are kept as long as the audit log.
         */
        get: operations["ExpungesController_list"];
        put?: never;
        /**
         * Expunge the payloads of all events of a resource
         * @description Those published until now. It goes on by itself and can be watched; its end comes some ten seconds later at the earliest.
         */
        post: operations["ExpungesController_expungeResource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/expunges/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an expunge and how far it has come */
        get: operations["ExpungesController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Oldest first, revoked ones included. An operator sees all tenants’.
         */
        get: operations["KeysController_list"];
        put?: never;
        /**
         * Create an API key
         * @description To rotate a key, make another, move its users over, and revoke the first.
         */
        post: operations["KeysController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description What is known of it; the key itself is never shown again.
         */
        get: operations["KeysController_get"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description For ever; it is refused within 5 seconds.
         */
        delete: operations["KeysController_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbound-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List outbound requests
         * @description Callbacks and fetches of resources that wait or were given up, newest first. One that is done is not kept.
         */
        get: operations["OutboundRequestsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List replays
         * @description Newest first. One that has ended is kept as long as events are.
         */
        get: operations["ReplaysController_list"];
        put?: never;
        /**
         * Send many deliveries again, or deliver what a subscription never saw
         * @description Paced, and after live traffic. It goes on by itself and can be watched, paused and cancelled. With `dryRun` it is only counted.
         */
        post: operations["ReplaysController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a replay and how far it has come */
        get: operations["ReplaysController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replays/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a replay
         * @description It releases nothing more; what it released goes on.
         */
        post: operations["ReplaysController_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replays/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a replay */
        post: operations["ReplaysController_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replays/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a paused replay go on where it was */
        post: operations["ReplaysController_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how deliveries fare
         * @description Figures of the tenant, or for an operator of all or the one that is named, some seconds behind. A process that is killed takes the figures of its last seconds with it: the lists of events and deliveries are the truth.
         */
        get: operations["StatsController_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List subscriptions
         * @description Newest first.
         */
        get: operations["SubscriptionsController_list"];
        put?: never;
        /**
         * Subscribe
         * @description The answer holds the signing secret, this once.
         */
        post: operations["SubscriptionsController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a subscription */
        get: operations["SubscriptionsController_read"];
        /**
         * Replace a subscription
         * @description Needs If-Match or version.versionNo. A signature of another kind makes a new secret, which the answer holds.
         */
        put: operations["SubscriptionsController_replace"];
        post?: never;
        /**
         * Unsubscribe
         * @description What waits to be delivered is cancelled.
         */
        delete: operations["SubscriptionsController_remove"];
        options?: never;
        head?: never;
        /**
         * Change a subscription
         * @description Objects merge, lists are replaced; then removals, then additions.
         */
        patch: operations["SubscriptionsController_patch"];
        trace?: never;
    };
    "/v1/subscriptions/{id}/duplicate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a copy
         * @description The copy is disabled, has no secret headers, and a signing secret of its own.
         */
        post: operations["SubscriptionActionsController_duplicate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/endpoint-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the endpoint’s check
         * @description `off` where the subscription asks for none.
         */
        get: operations["EndpointCheckController_find"];
        put?: never;
        /**
         * Ask the endpoint again
         * @description One that is verified, or has nothing to show, stays so.
         */
        post: operations["EndpointCheckController_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List signing secrets
         * @description When they were made and until when they sign; never their text.
         */
        get: operations["SigningSecretsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/secrets/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the signing secret
         * @description Requests carry a signature of each secret while the older ones last.
         */
        post: operations["SigningSecretsController_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how its deliveries fare */
        get: operations["SubscriptionStatsController_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/stats/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how a subscription’s deliveries fare over time
         * @description Figures by ten minutes, some seconds behind.
         */
        get: operations["SubscriptionStatsController_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend
         * @description What waits is held until it is unsuspended; events that come meanwhile are not delivered later.
         */
        post: operations["SubscriptionActionsController_suspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test
         * @description One event goes to this subscription alone, past its filters, through the whole pipeline.
         */
        post: operations["SubscriptionActionsController_sendTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/unsuspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a suspension
         * @description What was held goes on.
         */
        post: operations["SubscriptionActionsController_unsuspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview a subscription that is not stored
         * @description Whether the event would reach the draft, and which request it would get. Secrets are masked; nothing is stored or sent.
         */
        post: operations["PreviewController_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how many subscriptions fare
         * @description Figures of the last 24 hours by half hours, some seconds behind. What is not there, or another tenant’s, is left out.
         */
        get: operations["SubscriptionStatsController_readMany"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tenants
         * @description Oldest first.
         */
        get: operations["TenantsController_list"];
        put?: never;
        /** Create a tenant */
        post: operations["TenantsController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a tenant
         * @description By its id or its uuid.
         */
        get: operations["TenantsController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a tenant
         * @description What is left out stays as it is.
         */
        patch: operations["TenantsController_change"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AdditionalInfoDto: {
            /** @description The members at fault; paths are JSON Pointers into the request. */
            errorTrace: components["schemas"]["FieldErrorDto"][];
        };
        AlertEndpointDto: {
            /**
             * @description Headers of the notice, as for the subscription but literal.
             * @example {
             *       "X-Team": "erp"
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Where the notice is posted; literal, no placeholders.
             * @example https://alerts.example.com/webhooks
             */
            url: string;
        };
        AlertEndpointPatchDto: {
            /**
             * @description Headers of the notice, as for the subscription but literal.
             * @example {
             *       "X-Team": "erp"
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Where the notice is posted; literal, no placeholders.
             * @example https://alerts.example.com/webhooks
             */
            url?: string;
        };
        AnswerDto: {
            /**
             * @description The first bytes of the body as text; what is not UTF-8 shows as U+FFFD.
             * @example busy
             */
            body: string;
            /**
             * @example {
             *       "retry-after": "120"
             *     }
             */
            headers: {
                [key: string]: unknown;
            };
            /** @example 503 */
            status: number;
            /**
             * @description Whether there was more.
             * @example false
             */
            truncated: boolean;
        };
        AppConfigAnswer: {
            /** @description The app. */
            data: components["schemas"]["AppConfigDto"];
        };
        AppConfigDetailsAnswer: {
            /** @description The app. */
            data: components["schemas"]["AppConfigDetailsDto"];
        };
        AppConfigDetailsDto: {
            /**
             * @description The app’s id.
             * @example app:1234abcd-1aa1-1234-12aa-1234abcd5678
             */
            id: string;
            /** @description A key has one configuration, so there is one page. */
            meta: components["schemas"]["Os1Meta"];
            /**
             * @description Name that subscribers see.
             * @example user-management
             */
            name: string;
            /**
             * @description What a subscriber must hold one of.
             * @example [
             *       "get-users"
             *     ]
             */
            permissions: string[];
        };
        AppConfigDto: {
            /**
             * @description The app’s id.
             * @example app:1234abcd-1aa1-1234-12aa-1234abcd5678
             */
            id: string;
            /**
             * @description Name that subscribers see.
             * @example user-management
             */
            name: string;
            /**
             * @description What a subscriber must hold one of.
             * @example [
             *       "get-users"
             *     ]
             */
            permissions: string[];
        };
        AppDto: {
            /**
             * @description Where the app serves its resources.
             * @example https://users.example.com/app
             */
            baseUrl: string | null;
            /**
             * Format: date-time
             * @description When it was registered.
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Its id.
             * @example app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            id: string;
            /**
             * @description Name for people.
             * @example User management
             */
            name: string;
            /**
             * @description Whether one of the permissions is enough or every one is needed.
             * @example any
             * @enum {string}
             */
            permissionMatch: "any" | "all";
            /**
             * @description What a subscriber’s key must hold. Empty: nothing.
             * @example [
             *       "get-user-details"
             *     ]
             */
            permissions: string[];
            /**
             * Format: date-time
             * @description When it was changed last.
             * @example 2026-11-21T10:00:00.000Z
             */
            updatedAt: string;
        };
        AppIdDto: {
            /**
             * @description The app’s id.
             * @example app:1234abcd-1aa1-1234-12aa-1234abcd5678
             */
            id: string;
        };
        AttemptDto: {
            /** @example 31 */
            durationMs: number | null;
            error: components["schemas"]["AttemptErrorDto"] | null;
            /** @example att_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id: string;
            /**
             * @description Counts from 1.
             * @example 2
             */
            number: number;
            /**
             * @example retry
             * @enum {string}
             */
            outcome: "delivered" | "retry" | "failed" | "diverted" | "refused" | "interrupted" | "late";
            /** @description null when there was nothing to send. */
            request: components["schemas"]["SentRequestDto"] | null;
            response: components["schemas"]["AnswerDto"] | null;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:05.000Z
             */
            startedAt: string;
            timings: components["schemas"]["TimingsDto"];
            /**
             * @example schedule
             * @enum {string}
             */
            trigger: "schedule" | "manual" | "replay";
        };
        AttemptErrorDto: {
            /** @example timeout_total */
            code: string;
            /** @example The endpoint did not answer in time. */
            message: string;
        };
        AuditActorDto: {
            /**
             * @description Null: no key, the system itself.
             * @example key_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            keyId: string | null;
            /**
             * @description Name of the key at that time.
             * @example checkout service
             */
            name: string;
        };
        AuditEntryDto: {
            /**
             * @description What was done.
             * @example subscription.changed
             * @enum {string}
             */
            action: "tenant.created" | "tenant.changed" | "key.created" | "key.revoked" | "app.created" | "app.changed" | "app.deleted" | "event_type.created" | "event_type.replaced" | "event_type.changed" | "event_type.deleted" | "subscription.created" | "subscription.changed" | "subscription.enabled" | "subscription.disabled" | "subscription.suspended" | "subscription.unsuspended" | "subscription.deleted" | "subscription.tls_verification_off" | "secret.listed" | "secret.read" | "secret.rotated" | "secret.removed" | "delivery.created" | "delivery.resent" | "delivery.cancelled" | "delivery.discarded" | "event.expunged" | "expunge.created" | "replay.created" | "replay.cancelled" | "replay.paused" | "replay.resumed";
            /** @description Who did it. */
            actor: components["schemas"]["AuditActorDto"];
            /**
             * Format: date-time
             * @description When it was done.
             * @example 2026-11-21T10:00:00.000Z
             */
            at: string;
            /**
             * @description Members that were changed, by name; never their values.
             * @example [
             *       "tls.verify",
             *       "url"
             *     ]
             */
            changed: string[];
            /**
             * @description Its id.
             * @example aud_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description Where the request came from.
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description What it was done to, by its id.
             * @example sub_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            object: string;
            /**
             * @description X-Request-Id of the request.
             * @example 01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            requestId: string | null;
            /**
             * @description Whose things it concerns; null: the operator’s.
             * @example ten_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            tenantId: string | null;
        };
        BacklogDto: {
            /**
             * Format: date-time
             * @description When it was measured, some ten seconds ago.
             * @example 2026-11-21T11:59:55.000Z
             */
            measuredAt: string;
            /**
             * @description By lane, for how long the oldest in it has waited, in seconds: since it was due (`due`), accepted (`outbox`) or made (`scheduled`, `held`, `replay`), or since its lease ran out (`sending`); null: none does.
             * @example {
             *       "due": 0.4,
             *       "scheduled": 5400,
             *       "held": null,
             *       "sending": null,
             *       "outbox": 0.1,
             *       "replay": null
             *     }
             */
            oldestSeconds: {
                [key: string]: number | null;
            };
            /**
             * @description How long the oldest delivery that is due, or event not fanned out, has waited, in seconds; null: none does.
             * @example 0.4
             */
            oldestWaitingSeconds: number | null;
            /**
             * @description What waits: due, scheduled, held, sending, outbox, replay. `due`: may be sent now; `scheduled`: for a retry to come; `held`: for the subscription; `outbox`: events for their fan-out; `replay`: what open replays have still to look at.
             * @example {
             *       "due": 3,
             *       "scheduled": 12,
             *       "held": 0,
             *       "sending": 4,
             *       "outbox": 1,
             *       "replay": 0
             *     }
             */
            waiting: {
                [key: string]: number;
            };
        };
        BatchItemDto: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            acceptedAt?: string;
            /** @example false */
            duplicate?: boolean;
            /**
             * @description Why the item was refused.
             * @example {
             *       "code": "invalid",
             *       "detail": "An event needs `data`, any JSON value."
             *     }
             */
            error?: Record<string, never>;
            /** @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id?: string;
            /**
             * @description Position in the request.
             * @example 0
             */
            index: number;
            /**
             * @description The status this item alone would have been answered with.
             * @example 202
             */
            status: number;
        };
        BatchResultDto: {
            items: components["schemas"]["BatchItemDto"][];
        };
        BreakerDto: {
            /**
             * Format: date-time
             * @description When the next probe may go out; null while it is closed or a probe is under way.
             * @example null
             */
            nextProbeAt: string | null;
            /**
             * Format: date-time
             * @description When it opened; null while it is closed.
             * @example null
             */
            since: string | null;
            /**
             * @description `closed`: deliveries go out. `open`: most of them failed, so they are held. `half_open`: one of them goes out as a probe.
             * @example closed
             * @enum {string}
             */
            state: "closed" | "open" | "half_open";
            /**
             * @description How often in a row it has opened: 1, and 1 more for each probe that failed.
             * @example 0
             */
            trips: number;
        };
        BucketDto: {
            /**
             * @description Events that were accepted.
             * @example 100
             */
            accepted: number;
            /**
             * Format: date-time
             * @description When the step begins.
             * @example 2026-11-21T11:59:00.000Z
             */
            at: string;
            /**
             * @description Attempts, whatever they came to.
             * @example 140
             */
            attempts: number;
            /**
             * @description Deliveries that arrived.
             * @example 120
             */
            delivered: number;
            /**
             * @description One request to an endpoint: 95 of 100 took no longer, in milliseconds; null: none was made.
             * @example 180
             */
            endpointP95Ms: number | null;
            /**
             * @description From accepting an event to its delivery: 95 of 100 took no longer, in milliseconds; null: none was delivered.
             * @example 240
             */
            endToEndP95Ms: number | null;
            /**
             * @description Deliveries that were given up: failed, diverted or refused after an attempt.
             * @example 2
             */
            failed: number;
            /**
             * @description Deliveries that the fan-out made.
             * @example 130
             */
            matched: number;
        };
        BulkDeleteEventsDto: {
            /**
             * @description Names of events. All of them are deleted, or none.
             * @example [
             *       "AvailableUserEvent",
             *       "ApplyEventParticipantSuccessEvent"
             *     ]
             */
            events: string[];
        };
        BulkDeleteEventTypesDto: {
            /**
             * @description Names of event types. All of them are deleted, or none.
             * @example [
             *       "UserCreated",
             *       "UserUpdated"
             *     ]
             */
            names: string[];
        };
        ChangeAppDto: {
            /**
             * @description Where the app serves its resources; an event type’s `getApiPath` is read under it.
             * @example https://users.example.com/app
             */
            baseUrl?: string | null;
            /**
             * @description Name for people, which subscribers see.
             * @example User management
             */
            name?: string;
            /**
             * @description Whether one of the permissions is enough (`any`) or every one is needed (`all`).
             * @example any
             * @enum {string}
             */
            permissionMatch?: "any" | "all";
            /**
             * @description What a subscriber’s key must hold to receive this app’s events. Empty: nothing.
             * @example [
             *       "get-user-details"
             *     ]
             */
            permissions?: string[];
        };
        ChangeEventTypeDto: {
            /**
             * @description What it tells, for people.
             * @example A user was created.
             */
            description?: string | null;
            /**
             * @description The `type` of the published events it stands for; left out, its name.
             * @example UserCreatedEvent
             */
            eventType?: string | null;
            /**
             * @description Data of an event, for subscribers to read.
             * @example {
             *       "userId": "u-42"
             *     }
             */
            example?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description JSON Logic over the event: only events it holds for are delivered. A text `$name` reads the event’s member of that name.
             * @example {
             *       "===": [
             *         "$eventType",
             *         "UserCreatedEvent"
             *       ]
             *     }
             */
            filterLogic?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description Path under the app’s base URL that serves the thing itself; `{…}` stands for a part of the event.
             * @example /api/v2/users/{userId}
             */
            getApiPath?: string | null;
            /**
             * @description A new name.
             * @example UserCreated
             */
            name?: string;
            /**
             * @description JSON Schema of the event’s data, for subscribers to read. Published events are not checked against it.
             * @example {
             *       "type": "object",
             *       "properties": {
             *         "userId": {
             *           "type": "string"
             *         }
             *       }
             *     }
             */
            schema?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description The kind of thing it is about.
             * @example users
             */
            type?: string | null;
        };
        ChangeTenantDto: {
            /**
             * @description Name for people.
             * @example Acme Ltd
             */
            name?: string;
            /** @description Laid over the settings that are there. */
            settings?: components["schemas"]["TenantSettingsDto"];
        };
        ClientCertificateDto: {
            /**
             * @description Certificate in PEM, followed by those in between.
             * @example -----BEGIN CERTIFICATE-----
             *     MIIB…
             *     -----END CERTIFICATE-----
             */
            certificate: string;
            /**
             * @description Its private key in PEM, without a passphrase. Kept encrypted and never shown; `{"secret": true}` keeps the stored one.
             * @example -----BEGIN PRIVATE KEY-----
             *     MIIB…
             *     -----END PRIVATE KEY-----
             */
            privateKey: string | {
                /** @enum {boolean} */
                secret: true;
            };
        };
        CodedDto: {
            /** @example webhook_100_2 */
            code: string;
            /** @example Webhook already registered */
            en: string;
        };
        CreateAppConfigDto: {
            /**
             * @description Name that subscribers see; left out, the name of the key.
             * @example user-management
             */
            name?: string;
            /**
             * @description What a subscriber must hold one of.
             * @example [
             *       "get-users",
             *       "get-user-details",
             *       "update-user"
             *     ]
             */
            permissions: string[];
        };
        CreateAppDto: {
            /**
             * @description Where the app serves its resources; an event type’s `getApiPath` is read under it.
             * @example https://users.example.com/app
             */
            baseUrl?: string | null;
            /**
             * @description Name for people, which subscribers see.
             * @example User management
             */
            name: string;
            /**
             * @description Whether one of the permissions is enough (`any`) or every one is needed (`all`).
             * @example any
             * @enum {string}
             */
            permissionMatch?: "any" | "all";
            /**
             * @description What a subscriber’s key must hold to receive this app’s events. Empty: nothing.
             * @example [
             *       "get-user-details"
             *     ]
             */
            permissions?: string[];
        };
        CreatedAppConfigAnswer: {
            /** @description The app. */
            data: components["schemas"]["AppIdDto"];
        };
        CreatedKeyDto: {
            /**
             * @description Its id.
             * @example key_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description The key itself. It is shown this once.
             * @example tdg_live_01KAK3J0V1QH6E6T2C0X8ZC3VB_…
             */
            key: string;
        };
        CreateEndpointRequest: {
            /**
             * @description Headers of every request; each may have several values. Required by Enterprise Core.
             * @example {
             *       "X-Env": [
             *         "prod"
             *       ]
             *     }
             */
            headers?: {
                [key: string]: string[];
            } | null;
            /**
             * @description Whether `Socotra-Signature` is sent; absent: when there is a secret.
             * @example true
             */
            hmacEnabled?: boolean | null;
            /**
             * @description The signing secret; it is never shown again.
             * @example s3cr3t-of-mine
             */
            secret?: string | null;
            /**
             * @description Whether the receiver’s certificate must be valid.
             * @example true
             */
            secureSsl?: boolean | null;
            /**
             * @description Sent beside the signature, to tell which secret is in use.
             * @example v2
             */
            tag?: string | null;
            /**
             * @description Where events are posted.
             * @example https://hooks.example.com/socotra
             */
            url: string;
        };
        CreateExpungeDto: {
            /** @description What the events are about, as their `resource` says. */
            resource: components["schemas"]["ExpungedResourceDto"];
        };
        CreateKeyDto: {
            /**
             * @description The publisher app that the key speaks for.
             * @example app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            appId?: string;
            /**
             * @description Publishers’ permissions that the key’s subscriptions hold.
             * @example [
             *       "get-user-details"
             *     ]
             */
            appPermissions?: string[];
            /**
             * Format: date-time
             * @description When it ends by itself; in the future.
             * @example 2027-01-01T00:00:00Z
             */
            expiresAt?: string;
            /**
             * @description Name for people.
             * @example checkout service
             */
            name: string;
            /**
             * @description Permissions (`events:publish`, `subscriptions:*`, `*`) or presets: `publisher`, `viewer`, `manager`, `admin`. None that its creator does not hold.
             * @example [
             *       "publisher",
             *       "subscriptions:read"
             *     ]
             */
            permissions: string[];
            /**
             * Format: date-time
             * @description From when it may be used; absent: at once. Before that it is no key.
             * @example 2026-12-01T00:00:00Z
             */
            startsAt?: string;
            /**
             * @description For an operator: whose key it is; left out, it is an operator’s.
             * @example ten_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            tenantId?: string;
        };
        CreateOs1SubscriptionDto: {
            /**
             * @description Kept for the subscriber; custom attributes are delivered either way.
             * @example false
             */
            customAttr?: boolean;
            /**
             * @description For people.
             * @example Users to ERP
             */
            description?: string;
            /**
             * @description The app whose events these are. Left out, it is the one app that has registered all of them under the topic.
             * @example app:dafee37d-7c50-4772-9725-8c8e2e598148
             */
            eventAppId?: string;
            /**
             * @description Names of registered events. Without any, nothing is sent until some are added.
             * @example [
             *       "UserCreated",
             *       "UserUpdated"
             *     ]
             */
            events?: string[];
            /**
             * @description Whether events are sent; true unless said otherwise.
             * @example true
             */
            isActive?: boolean;
            /**
             * @description The topic.
             * @example participant
             * @enum {string}
             */
            topic: "participant" | "entity" | "container";
            /** @description The endpoint. */
            webhook: components["schemas"]["WebhookDto"];
        };
        CreateReplayDto: {
            /**
             * @description Only count what it would send (200).
             * @example false
             */
            dryRun?: boolean;
            /** @description What of the window it takes; absent: all. */
            filter?: components["schemas"]["ReplayFilterDto"];
            /**
             * Format: date-time
             * @description Events accepted at or after.
             * @example 2026-11-21T00:00:00Z
             */
            from: string;
            /**
             * @description `failed`: sends again what ended without success. `missing`: delivers stored events that the subscription never saw.
             * @example failed
             * @enum {string}
             */
            mode: "failed" | "missing";
            /**
             * @description Deliveries that it releases in a second, at most. It releases fewer while live traffic needs the places.
             * @default 100
             * @example 100
             */
            ratePerSecond: number;
            /**
             * @description The subscription: `sub_…`, its uuid or its ULID. Mode `missing` needs one; absent in mode `failed`: all of them.
             * @example sub_01KAK3HZY3F2J9V8N7B6M5C4X3
             */
            subscriptionId?: string;
            /**
             * Format: date-time
             * @description Events accepted before; the time of this request when that is earlier.
             * @example 2026-11-21T12:00:00Z
             */
            to: string;
        };
        CreateSubscription: {
            /**
             * @description How requests sign in at the endpoint: basic, a fixed bearer token, OAuth 2 client credentials, or a login that answers with a token. Not beside a header Authorization. A secret is kept encrypted and left out of every answer.
             * @example {
             *       "kind": "oauth2",
             *       "tokenUrl": "https://id.example.com/token",
             *       "clientId": "tidings",
             *       "clientSecret": "…",
             *       "scope": "hooks"
             *     }
             */
            auth?: ({
                /** @enum {string} */
                kind: "basic";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /** @description Without a colon. */
                username: string;
            } | {
                /** @enum {string} */
                kind: "bearer";
                /** @description The token. Never shown; left out it keeps the stored one. */
                token?: string;
            } | {
                /** @description Whom the token is for. */
                audience?: string | null;
                /** @description The client. */
                clientId: string;
                /** @description Its secret. Never shown; left out it keeps the stored one. */
                clientSecret?: string;
                /** @enum {string} */
                kind: "oauth2";
                /** @description What is asked for. */
                scope?: string | null;
                /** @description Judged as the subscription’s own url is; literal. */
                tokenUrl: string;
            } | {
                /**
                 * @description The Authorization header; {} stands for the token.
                 * @default Token {}
                 */
                headerFormat: string;
                /** @enum {string} */
                kind: "tokenLogin";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /**
                 * @description Member of the login that holds the password.
                 * @default password
                 */
                passwordField: string;
                /**
                 * @description Member of the answer that holds the token.
                 * @default key
                 */
                tokenField: string;
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
                /** @description The user. */
                username: string;
                /**
                 * @description Member of the login that holds the user.
                 * @default username
                 */
                usernameField: string;
            }) | null;
            /**
             * @description Where it is posted what came of each attempt, signed as the subscription signs.
             * @example {
             *       "url": "https://erp.example.com/attempts"
             *     }
             */
            callback?: ({
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
            } | {
                /** @description Registered in the tenant’s settings. */
                name: string;
            }) | null;
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Whether events are delivered. Events that come while it is false are not delivered later.
             * @default true
             * @example true
             */
            enabled: boolean;
            /**
             * @description Whether the endpoint has to show that it expects deliveries. Until it has answered a challenge the subscription is suspended (`endpoint_unverified`); another url has to answer anew. The url then has no placeholders.
             * @default false
             * @example true
             */
            endpointCheck: boolean;
            /**
             * @description Event types; `*` stands for any characters. Without this, topics and sources a new subscription gets every event.
             * @example [
             *       "order.*"
             *     ]
             */
            eventTypes?: string[] | null;
            /** @description What happens when a delivery fails. */
            failureHandling?: components["schemas"]["FailureHandlingDto"] | null;
            /**
             * @description JSON Logic over the whole event, at most 1000 nodes and 64 levels; what it says no to is not delivered.
             * @example {
             *       "===": [
             *         {
             *           "var": "data.state"
             *         },
             *         "paid"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The shape of a body that no template makes.
             * @default standard
             * @example standard
             * @enum {string}
             */
            format: "standard" | "whisperer" | "socotra" | "contensis";
            /**
             * @description At most 50 header lines and 8192 bytes: a template, a list of them, or {"value", "secret"}. A secret is kept encrypted, sent as it is and never shown; {"secret": true} keeps the stored one.
             * @example {
             *       "X-Env": "prod",
             *       "Department": "{/resource/department}",
             *       "Authorization": {
             *         "value": "Bearer …",
             *         "secret": true
             *       }
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Requests under way at once, over all dispatchers.
             * @example 8
             */
            maxConcurrency?: number | null;
            /**
             * @description The client’s own notes, at most 16384 bytes as JSON; nothing reads them.
             * @example {
             *       "team": "erp"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name: string | {
                [key: string]: string;
            };
            /** @description Replaced whole; null: deliveries keep no order. */
            ordering?: components["schemas"]["OrderingDto"] | null;
            /** @description Requests per window, over all dispatchers. */
            rateLimit?: components["schemas"]["RateLimitDto"] | null;
            /**
             * @description The signing secret, in the form its signature takes: `whsec_` and the base64 of 24 to 64 bytes. Made when absent.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret?: string;
            /** @description How requests are signed. */
            signature?: components["schemas"]["SignatureDto"];
            /** @description Events of publishers’ apps; one source that holds suffices. */
            sources?: components["schemas"]["SourceFilterDto"][] | null;
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>`, `<resourceType>` or `*`: JSON or a string with {/pointer} placeholders, at most 65536 bytes each.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}"
             *       },
             *       "*": "{/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How long one attempt may take in all, in milliseconds.
             * @default 15000
             * @example 15000
             */
            timeoutMs: number;
            /** @description How far the receiver’s certificate is trusted. */
            tls?: components["schemas"]["TlsDto"];
            /** @description Events about resources; one topic that holds suffices. */
            topics?: components["schemas"]["TopicFilterDto"][] | null;
            /**
             * @description Where to send. Path and query may hold `{/pointer}` placeholders; scheme, host and port are literal.
             * @example https://erp.example.com/hooks/{/resource/id}
             */
            url: string;
        };
        CreateTenantDto: {
            /**
             * @description Name for people.
             * @example Acme Ltd
             */
            name: string;
            /** @description Settings of the tenant. */
            settings?: components["schemas"]["TenantSettingsDto"];
            /**
             * @description Unique name for paths; it never changes.
             * @example acme
             */
            slug: string;
        };
        CreateWebhookRequest: {
            /**
             * @description Whether events are delivered.
             * @example true
             */
            enabled: boolean;
            /** @description Where events go. */
            endpoint: components["schemas"]["CreateEndpointRequest"];
            /**
             * @description Exact names of the event types that are wanted.
             * @example [
             *       "policy.quote.issue"
             *     ]
             */
            eventTypes: string[];
            /** @description What happens when a delivery fails. */
            failureHandling?: components["schemas"]["FailureHandlingCreateRequest"] | null;
            /**
             * @description Name for people.
             * @example Quotes to CRM
             */
            name: string;
            /**
             * @description Only false: there is no automation plugin here.
             * @example false
             */
            useAutomationPlugin?: boolean | null;
        };
        CurrentVersion: {
            created?: Record<string, never>;
            createdBy?: Record<string, never>;
            modified?: Record<string, never>;
            modifiedBy?: Record<string, never>;
            /**
             * @description The version that is replaced.
             * @example 1.0
             */
            versionNo: string;
        };
        DeletedEventsAnswer: {
            /** @description What was deleted. */
            data: components["schemas"]["DeletedEventsDto"];
        };
        DeletedEventsDto: {
            /**
             * @description Names of the deleted events.
             * @example [
             *       "AvailableUserEvent"
             *     ]
             */
            events: string[];
        };
        DeliveryBodyDto: {
            /**
             * @description The bytes.
             * @example {"orderId":42}
             */
            body: string;
            /**
             * @description How long it is; at most 1048576.
             * @example 13
             */
            bytes: number;
            /**
             * @description Its content type; of what was sent in the default shape, as the subscription has it today.
             * @example application/json
             */
            contentType: string;
            /**
             * @description How `body` stands for the bytes: base64 where they are no UTF-8, or hold a zero.
             * @example utf8
             * @enum {string}
             */
            encoding: "utf8" | "base64";
            /**
             * @description Whether a request has carried it. If not, it is what the next one will.
             * @example true
             */
            sent: boolean;
        };
        DeliveryDto: {
            /**
             * @description Attempts made so far.
             * @example 1
             */
            attemptCount: number;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.120Z
             */
            endedAt: string | null;
            /** @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            eventId: string;
            /** @example order.created */
            eventType: string;
            /**
             * @description Whether it waits for its subscription (switched off, suspended, paused or at its limits). No attempt is charged for that.
             * @example false
             */
            held: boolean;
            /** @example dlv_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id: string;
            /**
             * @description Why the last attempt brought no answer.
             * @example null
             */
            lastError: string | null;
            /**
             * @description Status of the last answer.
             * @example 200
             */
            lastStatus: number | null;
            /**
             * Format: date-time
             * @description When it is due; null while it is held, being sent or ended.
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * @description A number of its own, for clients that know deliveries by number.
             * @example 7
             */
            number: number;
            /**
             * @description Why it ended; null while it has not.
             * @example acknowledged
             */
            reason: string | null;
            /**
             * @example delivered
             * @enum {string}
             */
            state: "pending" | "sending" | "delivered" | "failed" | "diverted" | "refused" | "cancelled";
            /** @example sub_01KAK3HZY3F2J9V8N7B6M5C4X3 */
            subscriptionId: string;
            /**
             * Format: uuid
             * @example 019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            uuid: string;
        };
        DetailDto: {
            /** @example Not found. */
            detail: string;
        };
        DivertedEventResponse: {
            /**
             * @description ULID
             * @example 01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            eventLocator: string;
            /** @example The receiver answered 500. */
            failureMessage: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.120Z
             */
            failureTimestamp: string | null;
            /** @example 5xx */
            failureTrigger: string;
            /** @example 01KAK3J0V1QH6E6T2C0X8ZC3VB */
            requestLocator: string;
        };
        EndpointCheckDto: {
            /**
             * Format: date-time
             * @description When it was asked last.
             * @example null
             */
            checkedAt: string | null;
            /**
             * @description What was wrong with its last answer.
             * @example null
             */
            lastError: string | null;
            /**
             * @description `off`: nothing is asked of it; `failed`: it was asked often enough, and is asked again only on request.
             * @example verified
             * @enum {string}
             */
            state: "off" | "pending" | "verified" | "failed";
            /**
             * @description How often it was asked.
             * @example 1
             */
            tries: number;
            /**
             * @description The url that was asked.
             * @example https://erp.example.com/hooks
             */
            url: string;
        };
        EndpointResponse: {
            /**
             * @example {
             *       "X-Env": [
             *         "prod"
             *       ]
             *     }
             */
            headers: {
                [key: string]: string[];
            };
            /** @example true */
            hmacEnabled?: boolean;
            /**
             * @description `***` when there is one, else empty.
             * @example ***
             */
            secret?: string;
            /** @example true */
            secureSsl?: boolean;
            /**
             * @description Empty when there is none.
             * @example v2
             */
            tag?: string;
            /** @example https://hooks.example.com/socotra */
            url: string;
        };
        ErrorDto: {
            /** @description Where the fault is. */
            additionalInfo: components["schemas"]["AdditionalInfoDto"];
            /**
             * @description Stable.
             * @example unknown_event
             */
            code: string;
            /**
             * @description For people.
             * @example No app has registered this event under the topic.
             */
            description: string;
        };
        EventBatchDto: {
            /** @description The events; each is taken or refused for itself. */
            events: components["schemas"]["EventDto"][];
        };
        EventDetailDto: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            acceptedAt: string;
            /** @example null */
            app: string | null;
            /**
             * Format: date-time
             * @description When its payload was expunged.
             * @example null
             */
            expungedAt: string | null;
            /** @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            occurredAt: string;
            /**
             * @description The event object as it was published; null once it is expunged.
             * @example {
             *       "type": "order.created",
             *       "data": {
             *         "orderId": 42
             *       }
             *     }
             */
            payload: Record<string, never> | null;
            /**
             * @example {
             *       "type": "order",
             *       "id": "42"
             *     }
             */
            resource: Record<string, never>;
            /** @example null */
            topic: string | null;
            /** @example order.created */
            type: string;
            /**
             * Format: uuid
             * @example 019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            uuid: string;
        };
        EventDto: {
            /**
             * @description The publishing app.
             * @example app:3f2c1d4e-0b5a-7c8d-9e0f-1a2b3c4d5e6f
             */
            app?: string;
            /**
             * @description Any JSON value; its bytes are delivered exactly as they are sent.
             * @example {
             *       "orderId": 42,
             *       "state": "paid"
             *     }
             */
            data: Record<string, never>;
            /**
             * @description More about the event; templates see it as /event.
             * @example {
             *       "name": "created"
             *     }
             */
            event?: Record<string, never>;
            /**
             * @description The publisher’s own id for the event, which is also its idempotency key. No dots.
             * @example order-42-created
             */
            id?: string;
            /**
             * Format: date-time
             * @description When it happened, if that was not now.
             * @example 2026-11-21T10:00:00Z
             */
            occurredAt?: string;
            /**
             * @description The thing it is about; templates see all of it as /resource.
             * @example {
             *       "type": "order",
             *       "id": "42"
             *     }
             */
            resource?: Record<string, never>;
            /**
             * @description The topic it belongs to.
             * @example participant
             */
            topic?: string;
            /**
             * @description What happened.
             * @example order.created
             */
            type: string;
            /**
             * @description Who did it; templates see it as /user.
             * @example {
             *       "id": "t.durden"
             *     }
             */
            user?: Record<string, never>;
        };
        EventListResponse: {
            events: components["schemas"]["EventResponse"][];
            /**
             * @description For the next answer; null at the end.
             * @example null
             */
            pagingToken: string | null;
        };
        EventResponse: {
            /**
             * @example {
             *       "quoteLocator": "01KAK3J0V1QH6E6T2C0X8ZC3VC"
             *     }
             */
            data: Record<string, never> | unknown[] | string | number | boolean;
            /**
             * @description ULID
             * @example 01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            locator: string;
            /** @example 01KAK3J0V1QH6E6T2C0X8ZC3VB */
            requestId: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            timestamp: string;
            /** @example policy.quote.issue */
            type: string;
            /** @example 019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f */
            userLocator: string | null;
        };
        EventTypeBodyDto: {
            /**
             * @description What it tells, for people.
             * @example A user was created.
             */
            description?: string | null;
            /**
             * @description The `type` of the published events it stands for; left out, its name.
             * @example UserCreatedEvent
             */
            eventType?: string | null;
            /**
             * @description Data of an event, for subscribers to read.
             * @example {
             *       "userId": "u-42"
             *     }
             */
            example?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description JSON Logic over the event: only events it holds for are delivered. A text `$name` reads the event’s member of that name.
             * @example {
             *       "===": [
             *         "$eventType",
             *         "UserCreatedEvent"
             *       ]
             *     }
             */
            filterLogic?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description Path under the app’s base URL that serves the thing itself; `{…}` stands for a part of the event.
             * @example /api/v2/users/{userId}
             */
            getApiPath?: string | null;
            /**
             * @description JSON Schema of the event’s data, for subscribers to read. Published events are not checked against it.
             * @example {
             *       "type": "object",
             *       "properties": {
             *         "userId": {
             *           "type": "string"
             *         }
             *       }
             *     }
             */
            schema?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description The kind of thing it is about.
             * @example users
             */
            type?: string | null;
        };
        EventTypeDefinitionDto: {
            /**
             * @description What it tells, for people.
             * @example A user was created.
             */
            description?: string | null;
            /**
             * @description The `type` of the published events it stands for; left out, its name.
             * @example UserCreatedEvent
             */
            eventType?: string | null;
            /**
             * @description Data of an event, for subscribers to read.
             * @example {
             *       "userId": "u-42"
             *     }
             */
            example?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description JSON Logic over the event: only events it holds for are delivered. A text `$name` reads the event’s member of that name.
             * @example {
             *       "===": [
             *         "$eventType",
             *         "UserCreatedEvent"
             *       ]
             *     }
             */
            filterLogic?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description Path under the app’s base URL that serves the thing itself; `{…}` stands for a part of the event.
             * @example /api/v2/users/{userId}
             */
            getApiPath?: string | null;
            /**
             * @description Its name, unique under the topic of the app.
             * @example UserCreated
             */
            name: string;
            /**
             * @description JSON Schema of the event’s data, for subscribers to read. Published events are not checked against it.
             * @example {
             *       "type": "object",
             *       "properties": {
             *         "userId": {
             *           "type": "string"
             *         }
             *       }
             *     }
             */
            schema?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description The kind of thing it is about.
             * @example users
             */
            type?: string | null;
        };
        EventTypeDto: {
            /**
             * @description The app it is registered by.
             * @example app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            appId: string;
            /**
             * Format: date-time
             * @description When it was registered.
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            /**
             * @description What it tells, for people.
             * @example A user was created.
             */
            description: string | null;
            /**
             * @description The `type` of the published events it stands for; null: its name.
             * @example UserCreatedEvent
             */
            eventType: string | null;
            /**
             * @description Data of an event, for subscribers to read.
             * @example {
             *       "userId": "u-42"
             *     }
             */
            example: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description JSON Logic over the event; null: all are delivered.
             * @example {
             *       "===": [
             *         "$eventType",
             *         "UserCreatedEvent"
             *       ]
             *     }
             */
            filterLogic: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description Path under the app’s base URL that serves the thing itself.
             * @example /api/v2/users/{userId}
             */
            getApiPath: string | null;
            /**
             * @description Its id.
             * @example ety_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description Its name, unique under the topic of the app.
             * @example UserCreated
             */
            name: string;
            /**
             * @description JSON Schema of the event’s data, for subscribers to read.
             * @example {
             *       "type": "object"
             *     }
             */
            schema: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description The topic it is registered under.
             * @example participant
             */
            topic: string;
            /**
             * @description The kind of thing it is about.
             * @example users
             */
            type: string | null;
            /**
             * Format: date-time
             * @description When it was changed last.
             * @example 2026-11-21T10:00:00.000Z
             */
            updatedAt: string;
        };
        EventTypesDto: {
            /** @description As they were registered, in the order given. */
            eventTypes: components["schemas"]["EventTypeDto"][];
        };
        ExplainedDeliveryDto: {
            /**
             * @description The delivery’s id.
             * @example dlv_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description Why it ended.
             * @example acknowledged
             */
            reason: string | null;
            /**
             * @description Its state.
             * @example delivered
             */
            state: string;
        };
        ExplainedErrorDto: {
            /**
             * @description Stable code.
             * @example template_error
             */
            code: string;
            /**
             * @description For people; may change.
             * @example The url needs a value for /resource/id in its path, and the event has none.
             */
            detail: string;
        };
        ExplainedRequestDto: {
            /**
             * @description The body, as text.
             * @example {"id":"evt_…","type":"order.created","timestamp":"…","data":{}}
             */
            body: string;
            /**
             * @description Header lines without the signature; a secret is `***`.
             * @example {
             *       "content-type": [
             *         "application/json"
             *       ],
             *       "Authorization": [
             *         "***"
             *       ]
             *     }
             */
            headers: {
                [key: string]: string[];
            };
            /**
             * @description The request’s method.
             * @example POST
             */
            method: string;
            /**
             * @description The rendered url.
             * @example https://erp.example.com/hooks/42
             */
            url: string;
        };
        ExplainedSubscriptionDto: {
            /** @description Of a stored event: its delivery to this subscription; null when none was made. */
            delivery?: components["schemas"]["ExplainedDeliveryDto"] | null;
            /** @description Why no request can be made for it. */
            error?: components["schemas"]["ExplainedErrorDto"];
            /**
             * @description Whether every check holds, as the subscription is now.
             * @example true
             */
            matched: boolean;
            /** @description Of a dry run: the request a match would get. */
            request?: components["schemas"]["ExplainedRequestDto"];
            /**
             * @description The subscription’s id.
             * @example sub_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            subscriptionId: string;
            /**
             * @description Its name.
             * @example Orders to ERP
             */
            subscriptionName: string;
            /** @description One verdict per check, in the order of judgement. */
            verdicts: components["schemas"]["VerdictDto"][];
        };
        ExplanationDto: {
            /**
             * @description The stored event’s id; null for a dry run.
             * @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            eventId: string | null;
            /** @description Newest subscription first. */
            items: components["schemas"]["ExplainedSubscriptionDto"][];
            /**
             * @description Said when the tenant has more subscriptions than are shown.
             * @example Only the newest 200 subscriptions are shown; name one with ?subscription=.
             */
            note?: string;
        };
        ExpungedResourceDto: {
            /**
             * @description Id of the resource.
             * @example 42
             */
            id: string;
            /**
             * @description Type of the resource.
             * @example customer
             */
            type: string;
        };
        ExpungeDto: {
            /**
             * Format: date-time
             * @example 2026-11-21T12:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Deliveries that waited to be sent and never will be.
             * @example 1
             */
            deliveriesCancelled: number;
            /**
             * Format: date-time
             * @example 2026-11-21T12:00:00.100Z
             */
            endedAt: string | null;
            /**
             * @description Events whose payload it has taken; those that had none any more are not counted.
             * @example 12
             */
            events: number;
            /**
             * Format: uuid
             * @description Of one event: its uuid.
             * @example null
             */
            eventUuid: string | null;
            /** @example exp_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id: string;
            /** @description Of all events of a resource: that resource. */
            resource: components["schemas"]["ExpungedResourceDto"] | null;
            /**
             * @example done
             * @enum {string}
             */
            state: "running" | "done";
        };
        FailingSubscriptionDto: {
            /**
             * @description Deliveries that were given up.
             * @example 2
             */
            failed: number;
            /**
             * @description Attempts that did not deliver.
             * @example 31
             */
            failedAttempts: number;
            /**
             * @description The host that it sends to now.
             * @example hooks.example.com
             */
            host: string | null;
            /**
             * @description Its name as it is now; null: it is not there any more.
             * @example Orders
             */
            name: string | null;
            /** @example sub_01KAK3HZY3F2J9V8N7B6M5C4X3 */
            subscriptionId: string;
            /**
             * @description Its tenant.
             * @example ten_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            tenantId: string;
        };
        FailureHandlingCreateRequest: {
            /** @description Where a notice is posted when a delivery is given up. */
            alertEndpoint?: components["schemas"]["CreateEndpointRequest"] | null;
            /**
             * @description Keep what could not be delivered under `/diverted`.
             * @example true
             */
            divert?: boolean | null;
            /** @description When to try again; absent: one attempt. */
            retryStrategy?: components["schemas"]["RetryStrategyDto"] | null;
            /**
             * @description Suspend the webhook when a delivery is given up.
             * @example false
             */
            suspend?: boolean | null;
            /**
             * @description Failures that are handled: a status such as "404", 4xx, 5xx, or timeout (no answer).
             * @example [
             *       "4xx",
             *       "503",
             *       "timeout"
             *     ]
             */
            triggers?: string[] | null;
        };
        FailureHandlingDto: {
            /** @description Where a notice is posted when a delivery is given up. */
            alertEndpoint?: components["schemas"]["AlertEndpointDto"] | null;
            /**
             * @description Keep what could not be delivered for an operator (`diverted`) instead of `failed`.
             * @default false
             * @example false
             */
            divert: boolean;
            /**
             * @description When to try again: kind `fixed`, `linear`, `exponential`, `random` or `schedule` with its numbers in seconds, `maxAttempts` (1 to 100, the first included) and `jitter` (0 to 1). null: one attempt.
             * @example {
             *       "kind": "schedule",
             *       "delaysSeconds": [
             *         0,
             *         5,
             *         300
             *       ],
             *       "jitter": 0.2,
             *       "maxAttempts": 3
             *     }
             */
            retry?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Suspend the subscription when a delivery is given up.
             * @default false
             * @example false
             */
            suspend: boolean;
            /**
             * @description Failures that are handled: a status such as "404", or 1xx, 3xx, 4xx, 5xx, timeout, network.
             * @example [
             *       "4xx",
             *       "5xx",
             *       "timeout",
             *       "network"
             *     ]
             */
            triggers?: string[];
        };
        FailureHandlingPatchDto: {
            /**
             * @description Triggers to add.
             * @example [
             *       "404"
             *     ]
             */
            addTriggers?: string[];
            /** @description Merges with the endpoint there is; null takes it away. */
            alertEndpoint?: components["schemas"]["AlertEndpointPatchDto"] | null;
            /**
             * @description Keep what could not be delivered for an operator (`diverted`) instead of `failed`.
             * @default false
             * @example false
             */
            divert: boolean;
            /**
             * @description Triggers to take away; what is also added stays.
             * @example [
             *       "4xx"
             *     ]
             */
            removeTriggers?: string[];
            /**
             * @description Merges with a policy of the same kind; null: one attempt.
             * @example {
             *       "maxAttempts": 5
             *     }
             */
            retry?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Suspend the subscription when a delivery is given up.
             * @default false
             * @example false
             */
            suspend: boolean;
            /**
             * @description Failures that are handled: a status such as "404", or 1xx, 3xx, 4xx, 5xx, timeout, network.
             * @example [
             *       "4xx",
             *       "5xx",
             *       "timeout",
             *       "network"
             *     ]
             */
            triggers?: string[];
        };
        FailureHandlingResponse: {
            alertEndpoint?: components["schemas"]["EndpointResponse"];
            /** @example false */
            divert: boolean;
            retryStrategy?: components["schemas"]["RetryStrategyDto"];
            /** @example false */
            suspend: boolean;
            /**
             * @example [
             *       "4xx",
             *       "5xx",
             *       "timeout"
             *     ]
             */
            triggers: string[];
        };
        FailureHandlingUpdateRequest: {
            /**
             * @description Triggers to add, after the removals.
             * @example [
             *       "4xx",
             *       "503",
             *       "timeout"
             *     ]
             */
            addTriggers?: string[] | null;
            /** @description Merges with the endpoint there is. */
            alertEndpoint?: components["schemas"]["UpdateEndpointRequest"] | null;
            /**
             * @description Keep what could not be delivered under `/diverted`.
             * @example true
             */
            divert?: boolean | null;
            /**
             * @description No notices any more.
             * @example false
             */
            removeAlertEndpoint?: boolean | null;
            /**
             * @description Back to one attempt.
             * @example false
             */
            removeRetryStrategy?: boolean | null;
            /**
             * @description Triggers to take away.
             * @example [
             *       "4xx",
             *       "503",
             *       "timeout"
             *     ]
             */
            removeTriggers?: string[] | null;
            /** @description When to try again; absent: one attempt. */
            retryStrategy?: components["schemas"]["RetryStrategyDto"] | null;
            /**
             * @description Suspend the webhook when a delivery is given up.
             * @example false
             */
            suspend?: boolean | null;
            /**
             * @description Failures that are handled: a status such as "404", 4xx, 5xx, or timeout (no answer).
             * @example [
             *       "4xx",
             *       "503",
             *       "timeout"
             *     ]
             */
            triggers?: string[] | null;
        };
        FaultDto: {
            /**
             * @description The faulty member.
             * @example version.versionNo
             */
            field: string;
            /**
             * @description For people; may change.
             * @example This is not the latest.
             */
            message: string;
        };
        FieldErrorDto: {
            /**
             * @description Stable code of the fault.
             * @example invalid_value
             */
            code: string;
            /**
             * @description For people; may change.
             * @example kind must be one of fixed, linear, exponential, random, schedule
             */
            message: string;
            /**
             * @description JSON Pointer into the request.
             * @example /failureHandling/retry/kind
             */
            path: string;
        };
        HealthDto: {
            /**
             * @description Each check by its name.
             * @example {
             *       "postgres": "ok"
             *     }
             */
            checks: {
                [key: string]: "ok" | "failed";
            };
            /**
             * @description Whether all checks are well.
             * @example ok
             * @enum {string}
             */
            status: "ok" | "unavailable";
        };
        HookDto: {
            /** @example {} */
            additional_headers: {
                [key: string]: string;
            };
            /** @example null */
            callback: string | null;
            /**
             * @description A password is shown masked.
             * @example {}
             */
            config: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-21T08:12:18.591Z
             */
            created_date: string;
            /** @example package.created */
            event_type: string;
            /** @example 1 */
            id: number;
            /** @example true */
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2026-11-21T08:12:18.591Z
             */
            modified_date: string;
            /**
             * @example {
             *       "choice": "exponential",
             *       "kwargs": {
             *         "base": 2
             *       }
             *     }
             */
            retry_countdown_config: Record<string, never>;
            /**
             * @description Shown to its owner alone.
             * @example esGmJG
             */
            secret_key: string | null;
            /** @example https://erp.example.com/hooks */
            target_url: string;
        };
        HookEventDto: {
            /**
             * @description Type of the resource.
             * @example package
             */
            content_type: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T08:12:18.793Z
             */
            created_date: string;
            /** @example true */
            delivered: boolean;
            /** @example 3 */
            id: number;
            /**
             * Format: date-time
             * @example 2026-11-21T08:12:19.101Z
             */
            modified_date: string;
            /**
             * @description Id of the resource; a text where it is no number.
             * @example 1
             */
            object_id: number | null;
            /**
             * @description The newest hundred attempts, newest first.
             * @example [
             *       "2026-11-21T08:12:19.001Z"
             *     ]
             */
            request_datetimes: string[];
            /**
             * @description The body that was or will be sent; its text where it is no JSON.
             * @example {
             *       "event": {
             *         "type": "package.created",
             *         "uuid": "d2a839f009cc4755a731081d4cc1330a"
             *       },
             *       "payload": {}
             *     }
             */
            request_payload: Record<string, never> | null;
            /**
             * @description What the last attempt was answered, or why it was not.
             * @example false
             */
            response_content: string | null;
            /**
             * @description 500 where there was no answer.
             * @example 200
             */
            response_http_status: number | null;
            /**
             * @description Attempts made.
             * @example 1
             */
            retry_count: number;
            /**
             * Format: uuid
             * @example d2a839f0-09cc-4755-a731-081d4cc1330a
             */
            uuid: string;
            webhook: components["schemas"]["HookDto"];
        };
        HookInputDto: {
            /**
             * @example {
             *       "X-Channel": "1"
             *     }
             */
            additional_headers?: {
                [key: string]: string;
            };
            /**
             * @description Where it is posted what came of each attempt: a url, or a name that the tenant has registered.
             * @example https://erp.example.com/attempts
             */
            callback?: string | null;
            /**
             * @description Free members, and `auth`: `{"auth_type":"basic","username","password"}`, or of the type `token` with `url` too, which signs in there first.
             * @example {
             *       "auth": {
             *         "auth_type": "basic",
             *         "username": "erp",
             *         "password": "s3cret"
             *       }
             *     }
             */
            config?: {
                [key: string]: unknown;
            };
            /** @example package.created */
            event_type: string;
            /** @example true */
            is_active?: boolean;
            /**
             * @description `choice` is fixed, linear, exponential or random.
             * @example {
             *       "choice": "exponential",
             *       "kwargs": {
             *         "base": 2
             *       }
             *     }
             */
            retry_countdown_config?: Record<string, never>;
            /**
             * @description Key of the signature; null: unsigned.
             * @example esGmJG
             */
            secret_key?: string | null;
            /** @example https://erp.example.com/hooks */
            target_url: string;
        };
        KeyDto: {
            /**
             * @description The publisher app that the key speaks for; null: none.
             * @example app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            appId: string | null;
            /**
             * @description Publishers’ permissions that the key’s subscriptions hold.
             * @example [
             *       "get-user-details"
             *     ]
             */
            appPermissions: string[];
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Id of the key that made it, or `bootstrap`.
             * @example key_01KAK3J0V1QH6E6T2C0X8ZC3VA
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description When it ends by itself; null: never.
             * @example null
             */
            expiresAt: string | null;
            /**
             * @description What may be shown of the key.
             * @example tdg_live_01KAK3J0V1QH6E6T2C0X8ZC3VB_***
             */
            hint: string;
            /**
             * @description Its id.
             * @example key_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * Format: date-time
             * @description To the minute.
             * @example 2026-11-21T10:00:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @description Name for people.
             * @example checkout service
             */
            name: string;
            /**
             * @description What it may do; presets are expanded.
             * @example [
             *       "events:publish"
             *     ]
             */
            permissions: string[];
            /**
             * Format: date-time
             * @description When it was revoked; null: it was not.
             * @example null
             */
            revokedAt: string | null;
            /**
             * Format: date-time
             * @description From when it may be used; null: at once.
             * @example null
             */
            startsAt: string | null;
            /**
             * @description null: an operator’s.
             * @example ten_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            tenantId: string | null;
        };
        OrderingDto: {
            /**
             * @description When a delivery is given up: `wait` holds its key until it was resent, cancelled or discarded; `skip` goes on.
             * @default wait
             * @example wait
             * @enum {string}
             */
            afterExhaustion: "wait" | "skip";
            /**
             * @description Pointer into the event as templates see it. Events without a value there keep no order.
             * @example /resource/id
             */
            key: string;
        };
        Os1ErrorDto: {
            /** @description What was refused. */
            error: components["schemas"]["ErrorDto"];
            /** @description The request, repeated. */
            request: components["schemas"]["RequestDto"];
        };
        Os1Meta: {
            /**
             * @description Whether there are more.
             * @example true
             */
            hasNextPage: boolean;
            /**
             * @description For the next page; null on the last.
             * @example Qp3…
             */
            nextPage: string | null;
        };
        Os1SubscriptionAnswer: {
            /** @description The subscription. */
            data: components["schemas"]["Os1SubscriptionDto"];
        };
        Os1SubscriptionDto: {
            /**
             * @description As it was given.
             * @example false
             */
            customAttr: boolean;
            /**
             * @description For people.
             * @example Users to ERP
             */
            description: string | null;
            /**
             * @description The app whose events they are.
             * @example app:dafee37d-7c50-4772-9725-8c8e2e598148
             */
            eventAppId: string | null;
            /**
             * @description Names of events.
             * @example [
             *       "UserCreated"
             *     ]
             */
            events: string[];
            /**
             * Format: uuid
             * @description Its id.
             * @example 019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            id: string;
            /**
             * @description Whether events are sent.
             * @example true
             */
            isActive: boolean;
            /**
             * @description The topic.
             * @example participant
             */
            topic: string | null;
            /** @description The endpoint, without its key. */
            webhook: components["schemas"]["WebhookUrlDto"];
        };
        Os1SubscriptionItemDto: {
            /**
             * @description As it was given.
             * @example false
             */
            customAttr: boolean;
            /**
             * @description For people.
             * @example Users to ERP
             */
            description: string | null;
            /**
             * @description The app whose events they are.
             * @example app:dafee37d-7c50-4772-9725-8c8e2e598148
             */
            eventAppId: string | null;
            /**
             * Format: uuid
             * @description Its id.
             * @example 019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            id: string;
            /**
             * @description Whether events are sent.
             * @example true
             */
            isActive: boolean;
            /**
             * @description The topic.
             * @example participant
             */
            topic: string | null;
        };
        Os1SubscriptionsAnswer: {
            /** @description One page of subscriptions. */
            data: components["schemas"]["Os1SubscriptionsPageDto"];
        };
        Os1SubscriptionsPageDto: {
            /** @description Where to go on. */
            meta: components["schemas"]["Os1Meta"];
            /** @description Newest first. */
            subscriptions: components["schemas"]["Os1SubscriptionItemDto"][];
        };
        OutboundRequestDto: {
            /**
             * @description Of a callback: which attempt it tells of.
             * @example null
             */
            attemptNumber: number | null;
            /**
             * @description How often it was made; at most 5 times.
             * @example 5
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When it was asked for.
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Of a callback: the delivery.
             * @example null
             */
            deliveryId: string | null;
            /**
             * Format: date-time
             * @description When it was given up.
             * @example 2026-11-21T10:10:00.000Z
             */
            endedAt: string | null;
            /**
             * @description Of a hydration: the type of the event.
             * @example package.created
             */
            eventType: string | null;
            /**
             * @description Its id.
             * @example out_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description `callback`: tells of an attempt. `hydration`: fetches a resource to publish it.
             * @enum {string}
             */
            kind: "callback" | "hydration";
            /**
             * @description Why the last attempt failed.
             * @example The callback answered 500.
             */
            lastError: string | null;
            /**
             * Format: date-time
             * @description When it is made next; null: never.
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * @description Of a hydration: the resource’s id.
             * @example 7
             */
            resourceId: string | null;
            /**
             * @description Of a hydration: the resource’s type.
             * @example package
             */
            resourceType: string | null;
            /**
             * @description One that is done is not listed any more.
             * @example given_up
             * @enum {string}
             */
            state: "waiting" | "given_up";
            /**
             * @description The subscription it is for.
             * @example sub_01KAK3HZY3F2J9V8N7B6M5C4X3
             */
            subscriptionId: string;
        };
        OverviewDto: {
            /** @description As it was measured last, whatever the range; null: not yet, or 1000 other tenants have more that waits. */
            backlog: components["schemas"]["BacklogDto"] | null;
            /**
             * Format: date-time
             * @description The first step begins.
             * @example 2026-11-21T11:00:00.000Z
             */
            from: string;
            /** @description Read from histograms: at most 19 % off. */
            latencyMs: components["schemas"]["OverviewLatencyDto"];
            /** @description Every step, oldest first. */
            series: components["schemas"]["BucketDto"][];
            /**
             * @description How long a step of the series is.
             * @example 1
             * @enum {integer}
             */
            stepMinutes: 1 | 5 | 10 | 30 | 60;
            /**
             * @description Delivered ones as a share of those that were delivered or given up; null when there is none.
             * @example 0.98
             */
            successRate: number | null;
            /**
             * Format: date-time
             * @description The last step ends: this may be yet to come.
             * @example 2026-11-21T12:00:00.000Z
             */
            to: string;
            /** @description The series, added up. */
            totals: components["schemas"]["TotalsDto"];
            /** @description Subscriptions with most failed attempts, the worst first, in whole ten minutes. */
            worstSubscriptions: components["schemas"]["FailingSubscriptionDto"][];
        };
        OverviewLatencyDto: {
            /** @description One request to an endpoint, connecting included. */
            endpoint: components["schemas"]["PercentilesDto"];
            /** @description From accepting the event to its delivery, retries included; resent ones are not. */
            endToEnd: components["schemas"]["PercentilesDto"];
        };
        PatchSubscription: {
            /**
             * @description Event types to add.
             * @example [
             *       "invoice.*"
             *     ]
             */
            addEventTypes?: string[];
            /**
             * @description Headers to set, after removals.
             * @example {
             *       "X-Env": "prod"
             *     }
             */
            addHeaders?: {
                [key: string]: unknown;
            };
            /**
             * @description How requests sign in at the endpoint: basic, a fixed bearer token, OAuth 2 client credentials, or a login that answers with a token. Not beside a header Authorization. A secret is kept encrypted and left out of every answer.
             * @example {
             *       "kind": "oauth2",
             *       "tokenUrl": "https://id.example.com/token",
             *       "clientId": "tidings",
             *       "clientSecret": "…",
             *       "scope": "hooks"
             *     }
             */
            auth?: ({
                /** @enum {string} */
                kind: "basic";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /** @description Without a colon. */
                username: string;
            } | {
                /** @enum {string} */
                kind: "bearer";
                /** @description The token. Never shown; left out it keeps the stored one. */
                token?: string;
            } | {
                /** @description Whom the token is for. */
                audience?: string | null;
                /** @description The client. */
                clientId: string;
                /** @description Its secret. Never shown; left out it keeps the stored one. */
                clientSecret?: string;
                /** @enum {string} */
                kind: "oauth2";
                /** @description What is asked for. */
                scope?: string | null;
                /** @description Judged as the subscription’s own url is; literal. */
                tokenUrl: string;
            } | {
                /**
                 * @description The Authorization header; {} stands for the token.
                 * @default Token {}
                 */
                headerFormat: string;
                /** @enum {string} */
                kind: "tokenLogin";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /**
                 * @description Member of the login that holds the password.
                 * @default password
                 */
                passwordField: string;
                /**
                 * @description Member of the answer that holds the token.
                 * @default key
                 */
                tokenField: string;
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
                /** @description The user. */
                username: string;
                /**
                 * @description Member of the login that holds the user.
                 * @default username
                 */
                usernameField: string;
            }) | null;
            /**
             * @description Where it is posted what came of each attempt, signed as the subscription signs.
             * @example {
             *       "url": "https://erp.example.com/attempts"
             *     }
             */
            callback?: ({
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
            } | {
                /** @description Registered in the tenant’s settings. */
                name: string;
            }) | null;
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Whether events are delivered. Events that come while it is false are not delivered later.
             * @default true
             * @example true
             */
            enabled: boolean;
            /**
             * @description Whether the endpoint has to show that it expects deliveries. Until it has answered a challenge the subscription is suspended (`endpoint_unverified`); another url has to answer anew. The url then has no placeholders.
             * @default false
             * @example true
             */
            endpointCheck: boolean;
            /**
             * @description Event types; `*` stands for any characters. Without this, topics and sources a new subscription gets every event.
             * @example [
             *       "order.*"
             *     ]
             */
            eventTypes?: string[] | null;
            /** @description Merges member by member; null: the default. */
            failureHandling?: components["schemas"]["FailureHandlingPatchDto"] | null;
            /**
             * @description JSON Logic over the whole event, at most 1000 nodes and 64 levels; what it says no to is not delivered.
             * @example {
             *       "===": [
             *         {
             *           "var": "data.state"
             *         },
             *         "paid"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The shape of a body that no template makes.
             * @default standard
             * @example standard
             * @enum {string}
             */
            format: "standard" | "whisperer" | "socotra" | "contensis";
            /**
             * @description Headers to set; null takes one away.
             * @example {
             *       "X-Env": "test",
             *       "X-Old": null
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Requests under way at once, over all dispatchers.
             * @example 8
             */
            maxConcurrency?: number | null;
            /**
             * @description The client’s own notes, at most 16384 bytes as JSON; nothing reads them.
             * @example {
             *       "team": "erp"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name?: string | {
                [key: string]: string;
            };
            /** @description Replaced whole; null: deliveries keep no order. */
            ordering?: components["schemas"]["OrderingDto"] | null;
            /** @description Merges member by member; null: no limit. */
            rateLimit?: components["schemas"]["RateLimitPatchDto"] | null;
            /**
             * @description Event types to take away, as written; what is also added stays.
             * @example [
             *       "order.*"
             *     ]
             */
            removeEventTypes?: string[];
            /**
             * @description Names of headers to take away, without regard to case.
             * @example [
             *       "X-Env"
             *     ]
             */
            removeHeaders?: string[];
            /** @description How requests are signed. */
            signature?: components["schemas"]["SignatureDto"];
            /** @description Events of publishers’ apps; one source that holds suffices. */
            sources?: components["schemas"]["SourceFilterDto"][] | null;
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>`, `<resourceType>` or `*`: JSON or a string with {/pointer} placeholders, at most 65536 bytes each.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}"
             *       },
             *       "*": "{/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How long one attempt may take in all, in milliseconds.
             * @default 15000
             * @example 15000
             */
            timeoutMs: number;
            /** @description How far the receiver’s certificate is trusted. */
            tls?: components["schemas"]["TlsDto"];
            /** @description Events about resources; one topic that holds suffices. */
            topics?: components["schemas"]["TopicFilterDto"][] | null;
            /**
             * @description Where to send. Path and query may hold `{/pointer}` placeholders; scheme, host and port are literal.
             * @example https://erp.example.com/hooks/{/resource/id}
             */
            url?: string;
            /** @description What If-Match says, in the body: the change is refused when there is a newer version. */
            version?: components["schemas"]["VersionDto"];
        };
        PercentilesDto: {
            /**
             * @description Half took no longer, in milliseconds.
             * @example 31
             */
            p50: number | null;
            /**
             * @description 95 of 100 took no longer, in milliseconds.
             * @example 240
             */
            p95: number | null;
            /**
             * @description 99 of 100 took no longer, in milliseconds.
             * @example 480
             */
            p99: number | null;
        };
        PreviewDto: {
            /** @description The event, as for publish. It is not stored. */
            event: components["schemas"]["EventDto"];
            /** @description The draft, as for create. It is checked and not stored. */
            subscription: components["schemas"]["CreateSubscription"];
            /**
             * @description The subscription that the draft would replace: secrets that it keeps count as given.
             * @example sub_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            subscriptionId?: string;
        };
        ProblemDto: {
            /**
             * @description Stable code of the refusal.
             * @example invalid_value
             */
            code: string;
            /**
             * @description For people; may change.
             * @example kind must be one of fixed, linear, exponential, random, schedule
             */
            detail: string;
            /** @description Each faulty member. */
            errors?: components["schemas"]["FieldErrorDto"][];
            /**
             * @description The same as the X-Request-Id header.
             * @example 01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            requestId: string;
            /**
             * @description The HTTP status.
             * @example 422
             */
            status: number;
            /**
             * @description The words that belong to the status.
             * @example Unprocessable Entity
             */
            title: string;
            /**
             * @description A name for the kind of refusal, `urn:tidings:problem:<code>`.
             * @example urn:tidings:problem:invalid_value
             */
            type: string;
        };
        PublishedDto: {
            /**
             * Format: date-time
             * @description When it was committed.
             * @example 2026-11-21T10:00:00.000Z
             */
            acceptedAt: string;
            /**
             * @description Whether the same request had been taken before; then nothing new was stored.
             * @example false
             */
            duplicate: boolean;
            /**
             * @description The event’s id: the publisher’s own, or one made here.
             * @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
        };
        PublisherEventDto: {
            /**
             * @description The app that publishes it.
             * @example app:dafee37d-7c50-4772-9725-8c8e2e598148
             */
            appId: string;
            /**
             * @description What it tells.
             * @example When the user state is changed to ACTIVE this event will be sent
             */
            description: string | null;
            /**
             * @description Name.
             * @example AvailableUserEvent
             */
            name: string;
            /**
             * @description Type of the event.
             * @example users
             */
            type: string | null;
        };
        PublisherEventsAnswer: {
            /** @description The events. */
            data: components["schemas"]["PublisherEventsDto"];
        };
        PublisherEventsDto: {
            /** @description The events. */
            events: components["schemas"]["PublisherEventDto"][];
        };
        PublisherEventsPageAnswer: {
            /** @description One page of events. */
            data: components["schemas"]["PublisherEventsPageDto"];
        };
        PublisherEventsPageDto: {
            /** @description The events. */
            events: components["schemas"]["PublisherEventDto"][];
            /** @description Where to go on. */
            meta: components["schemas"]["Os1Meta"];
        };
        RateLimitDto: {
            /**
             * @description Requests in one window.
             * @example 100
             */
            limit: number;
            /**
             * @description Length of the window, in seconds.
             * @example 1
             */
            windowSeconds: number;
        };
        RateLimitPatchDto: {
            /**
             * @description Requests in one window.
             * @example 100
             */
            limit?: number;
            /**
             * @description Length of the window, in seconds.
             * @example 1
             */
            windowSeconds?: number;
        };
        RegisteredEventDto: {
            /**
             * @description What it tells, for people.
             * @example When a new user is created
             */
            description?: string;
            /**
             * @description The `type` of the published events.
             * @example UserCreatedEvent
             */
            eventType?: string;
            /**
             * @description JSON Logic: only events it holds for are delivered. A text `$name` reads the event’s member of that name, in any case.
             * @example {
             *       "===": [
             *         "$eventType",
             *         "UserCreatedEvent"
             *       ]
             *     }
             */
            filterLogic?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description Path through which the resource is accessible.
             * @example /app/api/v2/users/{userId}
             */
            getApiPath?: string;
            /**
             * @description Name, unique under the topic of the app.
             * @example UserCreated
             */
            name: string;
            /**
             * @description Type of the event.
             * @example users
             */
            type?: string;
        };
        RegisterEventsDto: {
            /** @description All of them are registered, or none. */
            events: components["schemas"]["RegisteredEventDto"][];
            /**
             * @description For each of the events that has none of its own.
             * @example /app/api/v2/users/{userId}
             */
            getApiPath?: string;
        };
        RegisterEventTypesDto: {
            /** @description All of them are registered, or none. */
            eventTypes: components["schemas"]["EventTypeDefinitionDto"][];
        };
        ReplaceSubscription: {
            /**
             * @description How requests sign in at the endpoint: basic, a fixed bearer token, OAuth 2 client credentials, or a login that answers with a token. Not beside a header Authorization. A secret is kept encrypted and left out of every answer.
             * @example {
             *       "kind": "oauth2",
             *       "tokenUrl": "https://id.example.com/token",
             *       "clientId": "tidings",
             *       "clientSecret": "…",
             *       "scope": "hooks"
             *     }
             */
            auth?: ({
                /** @enum {string} */
                kind: "basic";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /** @description Without a colon. */
                username: string;
            } | {
                /** @enum {string} */
                kind: "bearer";
                /** @description The token. Never shown; left out it keeps the stored one. */
                token?: string;
            } | {
                /** @description Whom the token is for. */
                audience?: string | null;
                /** @description The client. */
                clientId: string;
                /** @description Its secret. Never shown; left out it keeps the stored one. */
                clientSecret?: string;
                /** @enum {string} */
                kind: "oauth2";
                /** @description What is asked for. */
                scope?: string | null;
                /** @description Judged as the subscription’s own url is; literal. */
                tokenUrl: string;
            } | {
                /**
                 * @description The Authorization header; {} stands for the token.
                 * @default Token {}
                 */
                headerFormat: string;
                /** @enum {string} */
                kind: "tokenLogin";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /**
                 * @description Member of the login that holds the password.
                 * @default password
                 */
                passwordField: string;
                /**
                 * @description Member of the answer that holds the token.
                 * @default key
                 */
                tokenField: string;
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
                /** @description The user. */
                username: string;
                /**
                 * @description Member of the login that holds the user.
                 * @default username
                 */
                usernameField: string;
            }) | null;
            /**
             * @description Where it is posted what came of each attempt, signed as the subscription signs.
             * @example {
             *       "url": "https://erp.example.com/attempts"
             *     }
             */
            callback?: ({
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
            } | {
                /** @description Registered in the tenant’s settings. */
                name: string;
            }) | null;
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Whether events are delivered. Events that come while it is false are not delivered later.
             * @default true
             * @example true
             */
            enabled: boolean;
            /**
             * @description Whether the endpoint has to show that it expects deliveries. Until it has answered a challenge the subscription is suspended (`endpoint_unverified`); another url has to answer anew. The url then has no placeholders.
             * @default false
             * @example true
             */
            endpointCheck: boolean;
            /**
             * @description Event types; `*` stands for any characters. Without this, topics and sources a new subscription gets every event.
             * @example [
             *       "order.*"
             *     ]
             */
            eventTypes?: string[] | null;
            /** @description What happens when a delivery fails. */
            failureHandling?: components["schemas"]["FailureHandlingDto"] | null;
            /**
             * @description JSON Logic over the whole event, at most 1000 nodes and 64 levels; what it says no to is not delivered.
             * @example {
             *       "===": [
             *         {
             *           "var": "data.state"
             *         },
             *         "paid"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The shape of a body that no template makes.
             * @default standard
             * @example standard
             * @enum {string}
             */
            format: "standard" | "whisperer" | "socotra" | "contensis";
            /**
             * @description At most 50 header lines and 8192 bytes: a template, a list of them, or {"value", "secret"}. A secret is kept encrypted, sent as it is and never shown; {"secret": true} keeps the stored one.
             * @example {
             *       "X-Env": "prod",
             *       "Department": "{/resource/department}",
             *       "Authorization": {
             *         "value": "Bearer …",
             *         "secret": true
             *       }
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Requests under way at once, over all dispatchers.
             * @example 8
             */
            maxConcurrency?: number | null;
            /**
             * @description The client’s own notes, at most 16384 bytes as JSON; nothing reads them.
             * @example {
             *       "team": "erp"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name: string | {
                [key: string]: string;
            };
            /** @description Replaced whole; null: deliveries keep no order. */
            ordering?: components["schemas"]["OrderingDto"] | null;
            /** @description Requests per window, over all dispatchers. */
            rateLimit?: components["schemas"]["RateLimitDto"] | null;
            /** @description How requests are signed. */
            signature?: components["schemas"]["SignatureDto"];
            /** @description Events of publishers’ apps; one source that holds suffices. */
            sources?: components["schemas"]["SourceFilterDto"][] | null;
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>`, `<resourceType>` or `*`: JSON or a string with {/pointer} placeholders, at most 65536 bytes each.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}"
             *       },
             *       "*": "{/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How long one attempt may take in all, in milliseconds.
             * @default 15000
             * @example 15000
             */
            timeoutMs: number;
            /** @description How far the receiver’s certificate is trusted. */
            tls?: components["schemas"]["TlsDto"];
            /** @description Events about resources; one topic that holds suffices. */
            topics?: components["schemas"]["TopicFilterDto"][] | null;
            /**
             * @description Where to send. Path and query may hold `{/pointer}` placeholders; scheme, host and port are literal.
             * @example https://erp.example.com/hooks/{/resource/id}
             */
            url: string;
            /** @description What If-Match says, in the body: the change is refused when there is a newer version. */
            version?: components["schemas"]["VersionDto"];
        };
        ReplaceWebhook: {
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Left out: a new subscription is on, and one that is replaced stays as it is.
             * @example true
             */
            enabled?: boolean;
            /**
             * @description By name `{"value", "secret"}`. A value may hold placeholders, unless it is secret: that is sent as it is and never returned.
             * @example {
             *       "department": {
             *         "value": "{/resource/department}"
             *       },
             *       "authorization": {
             *         "secret": true,
             *         "value": "Bearer …"
             *       }
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /** @description May be repeated; the path says which subscription it is. */
            id?: string;
            /** @description An older name of url. */
            invokeUrl?: string;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name: string | {
                [key: string]: string;
            };
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>` or `<resourceType>`: an object or a string; an empty string is an empty body.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}",
             *         "id": "{/resource/sys/id}"
             *       },
             *       "contentType": "{/resource/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Events about resources; one topic that holds suffices. Each names its resource type.
             * @example [
             *       {
             *         "resourceType": "entry",
             *         "event": [
             *           "updated",
             *           "created"
             *         ],
             *         "language": [
             *           "fr-fr"
             *         ],
             *         "contentTypeId": [
             *           "blog"
             *         ],
             *         "owner": "t.durden"
             *       }
             *     ]
             */
            topics: components["schemas"]["TopicFilterDto"][];
            /** @description Kept and returned as it came. */
            ui?: boolean;
            /**
             * @description Where to send; path and query may hold {/pointer} placeholders.
             * @example https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}
             */
            url?: string;
            /**
             * @description Has to be the current version.
             * @example {
             *       "versionNo": "1.0"
             *     }
             */
            version: components["schemas"]["CurrentVersion"];
        };
        ReplayCountDto: {
            /**
             * @description Deliveries it would send, of those examined.
             * @example 318
             */
            count: number;
            /**
             * @description Those that this count looked at.
             * @example 320
             */
            examined: number;
            /**
             * @description Whether all were examined, so that `count` is exact. Mode `missing` examines the oldest 10000.
             * @example true
             */
            isExact: boolean;
            /**
             * @description Deliveries (mode `failed`) or events (mode `missing`) it would look at.
             * @example 320
             */
            total: number;
        };
        ReplayDto: {
            /**
             * Format: date-time
             * @example 2026-11-21T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example null
             */
            endedAt: string | null;
            filter: components["schemas"]["ReplayFilterDto"];
            /**
             * Format: date-time
             * @example 2026-11-21T00:00:00.000Z
             */
            from: string;
            /** @example rpl_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id: string;
            /**
             * @description Code of the last fault of our own.
             * @example null
             */
            lastError: string | null;
            /**
             * @example failed
             * @enum {string}
             */
            mode: "failed" | "missing";
            /**
             * @description What it has dealt with: resent and skipped.
             * @example 120
             */
            processed: number;
            /** @example 100 */
            ratePerSecond: number;
            /**
             * @description Deliveries it has sent on their way.
             * @example 118
             */
            resent: number;
            /** @example 2 */
            skipped: number;
            /**
             * @description How many were skipped for which reason.
             * @example {
             *       "not_ended": 2
             *     }
             */
            skippedBy: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @example 2026-11-21T12:00:00.100Z
             */
            startedAt: string | null;
            /**
             * @example running
             * @enum {string}
             */
            state: "queued" | "running" | "paused" | "done" | "cancelled" | "failed";
            /**
             * @description null: all of the tenant.
             * @example sub_01KAK3HZY3F2J9V8N7B6M5C4X3
             */
            subscriptionId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T12:00:00.000Z
             */
            to: string;
            /**
             * @description What it had to look at when it was asked for.
             * @example 320
             */
            total: number;
        };
        ReplayFilterDto: {
            /**
             * @description Event types, `*` allowed; absent: all.
             * @example [
             *       "order.*"
             *     ]
             */
            eventTypes?: string[];
            /** @description Mode `failed`: why they ended; absent: whatever the reason. */
            reasons?: ("attempts_exhausted" | "not_retryable" | "poison" | "gone" | "cancelled_by_operator" | "discarded_by_operator" | "subscription_deleted" | "subscription_gone")[];
            /** @description What the events are about; absent: anything. */
            resource?: components["schemas"]["ReplayResourceDto"];
            /** @description Mode `failed`: how the deliveries ended; absent: failed, diverted, refused. */
            states?: ("failed" | "diverted" | "refused" | "cancelled")[];
        };
        ReplayResourceDto: {
            /**
             * @description Id of the resource; absent: any.
             * @example 42
             */
            id?: string;
            /**
             * @description Type of the resource.
             * @example order
             */
            type: string;
        };
        RequestDto: {
            /** @description Its body, secrets masked; null: none, none that could be read, or a long one. */
            body: Record<string, never> | null;
            /**
             * @description Its method.
             * @example POST
             */
            method: string;
            /**
             * @description Its query.
             * @example limit=20
             */
            queryString: string;
            /**
             * @description Its path.
             * @example /core/api/v1/webhooks/subscriptions
             */
            uri: string;
        };
        RetryStrategyDto: {
            /**
             * @description Attempts in all, the first included.
             * @default 3
             * @example 3
             */
            attempts: number;
            /**
             * @description The first wait, in seconds.
             * @example 60
             */
            interval: number;
            /**
             * @description How the wait grows: by the interval, or twofold.
             * @example exponential
             * @enum {string}
             */
            type: "linear" | "exponential";
        };
        RotatedDto: {
            /** @description Secrets that sign now, the current one first. */
            items: components["schemas"]["SecretDto"][];
            /**
             * @description The new secret; it is shown here and nowhere else.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret: string;
        };
        RotateSecret: {
            /**
             * @description What the new secret signs with, of a `standard` signature; as before when absent. While the secret before goes on signing, requests carry signatures of both kinds.
             * @example ed25519
             * @enum {string}
             */
            algorithm?: "hmac-sha256" | "ed25519";
            /**
             * @description How long the secret before goes on signing; 0: no older secret signs any more.
             * @default 86400
             * @example 86400
             */
            graceSeconds: number;
            /**
             * @description The new secret, in the form the signature takes. Made when absent.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret?: string;
        };
        SecretDto: {
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-11-21T10:00:00.000Z
             */
            created: string;
            /**
             * @description Whether it is the current one.
             * @example true
             */
            current: boolean;
            /**
             * Format: date-time
             * @description Until when it signs; null: the current one.
             * @example null
             */
            expiresAt: string | null;
            /**
             * @description What a receiver checks ed25519 signatures with.
             * @example whpk_rL0PTTOAs6kHNz1iLVUSe5ROg5p7GHQjTStDkFbSQCE=
             */
            publicKey?: string;
        };
        SecretListDto: {
            /** @description Secrets that sign now, the current one first. */
            items: components["schemas"]["SecretDto"][];
        };
        SendTest: {
            /** @description The event to send, as for publish; a sample when absent. Filters are passed over. */
            event?: components["schemas"]["EventDto"];
        };
        SentRequestDto: {
            /**
             * @description Secret values are masked.
             * @example {
             *       "Authorization": "***"
             *     }
             */
            headers: {
                [key: string]: unknown;
            };
            /** @example POST */
            method: string;
            /** @example https://erp.example.com/hooks/42 */
            url: string;
        };
        SignatureDto: {
            /**
             * @description `ed25519` only with the style `standard`.
             * @default hmac-sha256
             * @example hmac-sha256
             * @enum {string}
             */
            algorithm: "hmac-sha256" | "ed25519";
            /**
             * @description Whose signature headers are sent; `standard` is Standard Webhooks.
             * @default standard
             * @example standard
             * @enum {string}
             */
            style: "standard" | "whisperer" | "socotra" | "none";
            /**
             * @description Sent beside a `socotra` signature, to tell the receiver which secret is in use.
             * @example v2
             */
            tag?: string | null;
        };
        SocotraError: {
            /**
             * @description Each faulty member by its JSON Pointer.
             * @example [
             *       {
             *         "path": "/failureHandling/retryStrategy/attempts",
             *         "code": "out_of_range",
             *         "message": "attempts must not be greater than 10"
             *       }
             *     ]
             */
            details?: {
                [key: string]: string;
            }[];
            /**
             * @description A stable code.
             * @example invalid_value
             */
            error: string;
            /**
             * @description For people.
             * @example attempts must not be greater than 10
             */
            message: string;
            /**
             * @description Names the request in our log.
             * @example req_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            requestId: string;
        };
        SourceFilterDto: {
            /**
             * @description The publishing app. It has to be registered, and the caller’s key has to hold the permissions it asks for.
             * @example app:3f2c1d4e-0b5a-7c8d-9e0f-1a2b3c4d5e6f
             */
            app?: string;
            /**
             * @description Names of registered events; absent or empty: all.
             * @example [
             *       "UserCreated"
             *     ]
             */
            events?: string[];
            /**
             * @description A topic of the app.
             * @example participant
             */
            topic?: string;
        };
        StatsDto: {
            /**
             * @description Attempts of these deliveries.
             * @example 130
             */
            attempts: number;
            /** @description Whether it is being spared, and until when. */
            breaker: components["schemas"]["BreakerDto"];
            /**
             * @description Deliveries by state, as they are now: pending, sending, delivered, failed, diverted, refused, cancelled.
             * @example {
             *       "pending": 1,
             *       "sending": 0,
             *       "delivered": 120,
             *       "failed": 2,
             *       "diverted": 0,
             *       "refused": 0,
             *       "cancelled": 0
             *     }
             */
            deliveries: {
                [key: string]: number;
            };
            /**
             * @description The window, in hours.
             * @example 24
             */
            hours: number;
            /** @description One request to the endpoint, some seconds behind and of the last 7 days at most; 19 % off at most. */
            latencyMs: components["schemas"]["PercentilesDto"];
            /**
             * @description Delivered ones as a share of those that ended delivered, failed, diverted or refused.
             * @example 0.98
             */
            successRate: number | null;
        };
        StoredEventDto: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            acceptedAt: string;
            /** @example null */
            app: string | null;
            /**
             * Format: date-time
             * @description When its payload was expunged.
             * @example null
             */
            expungedAt: string | null;
            /** @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            occurredAt: string;
            /**
             * @example {
             *       "type": "order",
             *       "id": "42"
             *     }
             */
            resource: Record<string, never>;
            /** @example null */
            topic: string | null;
            /** @example order.created */
            type: string;
            /**
             * Format: uuid
             * @example 019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            uuid: string;
        };
        SubscriptionBucketDto: {
            /**
             * Format: date-time
             * @description When the ten minutes begin.
             * @example 2026-11-21T11:50:00.000Z
             */
            at: string;
            /**
             * @description Attempts, whatever they came to.
             * @example 140
             */
            attempts: number;
            /**
             * @description Deliveries that arrived.
             * @example 120
             */
            delivered: number;
            /**
             * @description Deliveries that were given up: failed, diverted or refused after an attempt.
             * @example 2
             */
            failed: number;
            /**
             * @description Deliveries that the fan-out made.
             * @example 130
             */
            matched: number;
        };
        SubscriptionDto: {
            /**
             * @description Enabled and not suspended.
             * @example true
             */
            active: boolean;
            /**
             * @description How requests sign in at the endpoint: basic, a fixed bearer token, OAuth 2 client credentials, or a login that answers with a token. Not beside a header Authorization. A secret is kept encrypted and left out of every answer.
             * @example {
             *       "kind": "oauth2",
             *       "tokenUrl": "https://id.example.com/token",
             *       "clientId": "tidings",
             *       "clientSecret": "…",
             *       "scope": "hooks"
             *     }
             */
            auth?: ({
                /** @enum {string} */
                kind: "basic";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /** @description Without a colon. */
                username: string;
            } | {
                /** @enum {string} */
                kind: "bearer";
                /** @description The token. Never shown; left out it keeps the stored one. */
                token?: string;
            } | {
                /** @description Whom the token is for. */
                audience?: string | null;
                /** @description The client. */
                clientId: string;
                /** @description Its secret. Never shown; left out it keeps the stored one. */
                clientSecret?: string;
                /** @enum {string} */
                kind: "oauth2";
                /** @description What is asked for. */
                scope?: string | null;
                /** @description Judged as the subscription’s own url is; literal. */
                tokenUrl: string;
            } | {
                /**
                 * @description The Authorization header; {} stands for the token.
                 * @default Token {}
                 */
                headerFormat: string;
                /** @enum {string} */
                kind: "tokenLogin";
                /** @description The password. Never shown; left out it keeps the stored one. */
                password?: string;
                /**
                 * @description Member of the login that holds the password.
                 * @default password
                 */
                passwordField: string;
                /**
                 * @description Member of the answer that holds the token.
                 * @default key
                 */
                tokenField: string;
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
                /** @description The user. */
                username: string;
                /**
                 * @description Member of the login that holds the user.
                 * @default username
                 */
                usernameField: string;
            }) | null;
            /**
             * @description Where it is posted what came of each attempt, signed as the subscription signs.
             * @example {
             *       "url": "https://erp.example.com/attempts"
             *     }
             */
            callback?: ({
                /** @description Judged as the subscription’s own url is; literal. */
                url: string;
            } | {
                /** @description Registered in the tenant’s settings. */
                name: string;
            }) | null;
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Whether events are delivered. Events that come while it is false are not delivered later.
             * @default true
             * @example true
             */
            enabled: boolean;
            /**
             * @description Whether the endpoint has to show that it expects deliveries. Until it has answered a challenge the subscription is suspended (`endpoint_unverified`); another url has to answer anew. The url then has no placeholders.
             * @default false
             * @example true
             */
            endpointCheck: boolean;
            /**
             * @description Event types; `*` stands for any characters. Without this, topics and sources a new subscription gets every event.
             * @example [
             *       "order.*"
             *     ]
             */
            eventTypes?: string[] | null;
            /** @description What happens when a delivery fails. */
            failureHandling?: components["schemas"]["FailureHandlingDto"] | null;
            /**
             * @description JSON Logic over the whole event, at most 1000 nodes and 64 levels; what it says no to is not delivered.
             * @example {
             *       "===": [
             *         {
             *           "var": "data.state"
             *         },
             *         "paid"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The shape of a body that no template makes.
             * @default standard
             * @example standard
             * @enum {string}
             */
            format: "standard" | "whisperer" | "socotra" | "contensis";
            /**
             * @description At most 50 header lines and 8192 bytes: a template, a list of them, or {"value", "secret"}. A secret is kept encrypted, sent as it is and never shown; {"secret": true} keeps the stored one.
             * @example {
             *       "X-Env": "prod",
             *       "Department": "{/resource/department}",
             *       "Authorization": {
             *         "value": "Bearer …",
             *         "secret": true
             *       }
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Its id.
             * @example sub_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description Any certificate of the receiver will do: `tls.verify` is false.
             * @example false
             */
            insecure: boolean;
            /**
             * @description The same id as a bare ULID.
             * @example 01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            locator: string;
            /**
             * @description Requests under way at once, over all dispatchers.
             * @example 8
             */
            maxConcurrency?: number | null;
            /**
             * @description The client’s own notes, at most 16384 bytes as JSON; nothing reads them.
             * @example {
             *       "team": "erp"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name: string | {
                [key: string]: string;
            };
            /**
             * @description Its number over all tenants.
             * @example 7
             */
            number: number;
            /** @description Replaced whole; null: deliveries keep no order. */
            ordering?: components["schemas"]["OrderingDto"] | null;
            /** @description Requests per window, over all dispatchers. */
            rateLimit?: components["schemas"]["RateLimitDto"] | null;
            /**
             * @description The signing secret, shown only where it was made.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret?: string;
            /** @description How requests are signed. */
            signature?: components["schemas"]["SignatureDto"];
            /** @description Events of publishers’ apps; one source that holds suffices. */
            sources?: components["schemas"]["SourceFilterDto"][] | null;
            /**
             * @description Whether it is stopped until it is unsuspended.
             * @example false
             */
            suspended: boolean;
            /**
             * Format: date-time
             * @description Since when it is suspended.
             * @example null
             */
            suspendedAt: string | null;
            /**
             * @description Why it is suspended.
             * @example null
             */
            suspendedReason: string | null;
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>`, `<resourceType>` or `*`: JSON or a string with {/pointer} placeholders, at most 65536 bytes each.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}"
             *       },
             *       "*": "{/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How long one attempt may take in all, in milliseconds.
             * @default 15000
             * @example 15000
             */
            timeoutMs: number;
            /** @description How far the receiver’s certificate is trusted. */
            tls?: components["schemas"]["TlsDto"];
            /** @description Events about resources; one topic that holds suffices. */
            topics?: components["schemas"]["TopicFilterDto"][] | null;
            /**
             * @description Where to send. Path and query may hold `{/pointer}` placeholders; scheme, host and port are literal.
             * @example https://erp.example.com/hooks/{/resource/id}
             */
            url: string;
            /**
             * Format: uuid
             * @description The same id as a uuid.
             * @example 019aa639-0361-7444-6368-4c07d1f61f6b
             */
            uuid: string;
            /** @description Who changed it and when. */
            version: components["schemas"]["SubscriptionVersionDto"];
        };
        SubscriptionFiguresDto: {
            /**
             * @description Attempts, whatever they came to.
             * @example 140
             */
            attempts: number;
            /** @description Whether it is being spared, and until when. */
            breaker: components["schemas"]["BreakerDto"];
            /**
             * @description Deliveries that arrived.
             * @example 120
             */
            delivered: number;
            /**
             * @description Deliveries that were given up: failed, diverted or refused after an attempt.
             * @example 2
             */
            failed: number;
            /**
             * @description Deliveries that the fan-out made.
             * @example 130
             */
            matched: number;
            /** @description The day, step by step. */
            series: components["schemas"]["TrendDto"];
            /** @example sub_01KAK3HZY3F2J9V8N7B6M5C4X3 */
            subscriptionId: string;
            /**
             * @description Delivered ones as a share of those that were delivered or given up; null when there is none.
             * @example 0.98
             */
            successRate: number | null;
        };
        SubscriptionSeriesDto: {
            /** @example 24 */
            hours: number;
            /** @description One request to the endpoint; at most 19 % off. */
            latencyMs: components["schemas"]["PercentilesDto"];
            /** @description Every ten minutes, oldest first. */
            series: components["schemas"]["SubscriptionBucketDto"][];
        };
        SubscriptionsFiguresDto: {
            /**
             * Format: date-time
             * @description When the first step begins.
             * @example 2026-11-20T12:00:00.000Z
             */
            from: string;
            /** @description In the order they were asked for; those that are not there are left out. */
            items: components["schemas"]["SubscriptionFiguresDto"][];
            /**
             * @description How long a step of the series is.
             * @example 30
             */
            stepMinutes: number;
        };
        SubscriptionVersionDto: {
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-11-21T10:00:00.000Z
             */
            created: string;
            /**
             * @description Name of the key that made it.
             * @example erp-setup
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description When it was changed last.
             * @example 2026-11-21T10:00:00.000Z
             */
            modified: string;
            /**
             * @description Name of the key that changed it last.
             * @example erp-setup
             */
            modifiedBy: string;
            /**
             * @description Counts the changes to what it says; its integer is the ETag.
             * @example 1.0
             */
            versionNo: string;
        };
        SuspendSubscription: {
            /**
             * @description Why, for those who find it suspended.
             * @default suspended by an operator
             * @example receiver is being moved
             */
            reason: string;
        };
        TenantDto: {
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Its id.
             * @example ten_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            id: string;
            /**
             * @description Name for people.
             * @example Acme Ltd
             */
            name: string;
            /** @description Settings of the tenant. */
            settings: components["schemas"]["TenantSettingsDto"];
            /**
             * @description Unique name for paths.
             * @example acme
             */
            slug: string;
            /**
             * Format: date-time
             * @description When it was changed last.
             * @example 2026-11-21T10:00:00.000Z
             */
            updatedAt: string;
            /**
             * Format: uuid
             * @description The same id as a uuid.
             * @example 019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f
             */
            uuid: string;
        };
        TenantQuotasDto: {
            /**
             * @description Requests a second of each of its keys, averaged over ten; absent: RATE_LIMIT_PER_CALLER.
             * @example 100
             */
            keyPerSecond?: number;
            /**
             * @description Requests a second of all its keys together, averaged over ten; absent: RATE_LIMIT_PER_TENANT.
             * @example 100
             */
            tenantPerSecond?: number;
        };
        TenantRetentionDto: {
            /**
             * @description Days that an event is kept after the last of its deliveries ended; absent: RETENTION_DAYS, which is also the most.
             * @example 7
             */
            days?: number;
            /**
             * @description The same for an event of which a delivery ended other than delivered; at least `days`; absent: `days`.
             * @example 14
             */
            failedDays?: number;
        };
        TenantSettingsDto: {
            /**
             * @description At most 50 urls by the names that subscriptions may give as their callback; replaced whole.
             * @example {
             *       "oms.callbacks.log": "https://oms.example.com/hooks/log"
             *     }
             */
            callbacks?: {
                [key: string]: string;
            };
            /** @description How much it may ask of the API; replaced as a whole, `{}` for the defaults. */
            quotas?: components["schemas"]["TenantQuotasDto"];
            /** @description How long its events are kept, where that is shorter than the deployment keeps them; replaced as a whole, `{}` for the default. */
            retention?: components["schemas"]["TenantRetentionDto"];
            /**
             * @description Which of Socotra’s products the tenant’s Socotra API is shaped like; absent: `insuranceSuite`.
             * @example insuranceSuite
             * @enum {string}
             */
            socotraProfile?: "insuranceSuite" | "enterpriseCore";
            /**
             * @description Refuse events whose type no app of the tenant has registered.
             * @example false
             */
            strictEventTypes?: boolean;
        };
        TestSentDto: {
            /**
             * @description Its one delivery.
             * @example dlv_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            deliveryId: string;
            /**
             * @description The event that was made for it.
             * @example evt_01KAK3J0V1QH6E6T2C0X8ZC3VB
             */
            eventId: string;
        };
        TimingsDto: {
            /**
             * @description Milliseconds that it took: connecting, through a proxy until its tunnel stands. null over a kept connection.
             * @example 2
             */
            connectMs: number | null;
            /**
             * @description Milliseconds that it took: looking the name up. null over a kept connection, for an address, and through a proxy, which looks it up itself.
             * @example 1
             */
            dnsMs: number | null;
            /**
             * @description Milliseconds from the start of the request: the answer’s status and headers were there. null without an answer.
             * @example 28
             */
            firstByteMs: number | null;
            /**
             * @description Milliseconds that it took: the TLS handshake. null over a kept connection and over plain HTTP.
             * @example 9
             */
            tlsMs: number | null;
            /**
             * @description Milliseconds from the start of the request: the answer was read, or the attempt was given up.
             * @example 31
             */
            totalMs: number | null;
        };
        TlsDto: {
            /**
             * @description Certificates in PEM that the receiver’s own has to lead to, in place of the public ones.
             * @example -----BEGIN CERTIFICATE-----
             *     MIIB…
             *     -----END CERTIFICATE-----
             */
            ca?: string | null;
            /** @description Shown to the receiver (mutual TLS). */
            clientCertificate?: components["schemas"]["ClientCertificateDto"] | null;
            /**
             * @description Whether the receiver’s certificate has to be valid for its name.
             * @default true
             * @example true
             */
            verify: boolean;
        };
        TopicDto: {
            /**
             * @description Event types that are registered under it.
             * @example 3
             */
            eventTypes: number;
            /**
             * @description Its name.
             * @example participant
             */
            topic: string;
        };
        TopicFilterDto: {
            /**
             * @description Content types of the resource.
             * @example [
             *       "blog"
             *     ]
             */
            contentTypeId?: string[];
            /**
             * @description Data formats of the resource.
             * @example [
             *       "entry"
             *     ]
             */
            dataFormat?: string[];
            /**
             * @description What happened to it.
             * @example [
             *       "updated",
             *       "published"
             *     ]
             */
            event?: string[];
            /**
             * @description Ids of resources.
             * @example [
             *       "42"
             *     ]
             */
            id?: string[];
            /**
             * @description Languages of the resource.
             * @example [
             *       "fr-fr"
             *     ]
             */
            language?: string[];
            /**
             * @description Who owns the resource.
             * @example t.durden
             */
            owner?: string;
            /**
             * @description Type of the resource.
             * @example entry
             */
            resourceType?: string;
            /**
             * @description Workflow events; they narrow `workflowEventRaised` only.
             * @example [
             *       "contensisEntryApproval.draft.submit"
             *     ]
             */
            workflowEvent?: string[];
            /**
             * @description Workflow states; they narrow `workflowStateChanged` only.
             * @example [
             *       "contensisEntryApproval.awaitingApproval"
             *     ]
             */
            workflowState?: string[];
        };
        TotalsDto: {
            /**
             * @description Events that were accepted.
             * @example 100
             */
            accepted: number;
            /**
             * @description Attempts, whatever they came to.
             * @example 140
             */
            attempts: number;
            /**
             * @description Deliveries that arrived.
             * @example 120
             */
            delivered: number;
            /**
             * @description Deliveries that were given up: failed, diverted or refused after an attempt.
             * @example 2
             */
            failed: number;
            /**
             * @description Deliveries that the fan-out made.
             * @example 130
             */
            matched: number;
        };
        TrendDto: {
            /**
             * @description Deliveries that arrived.
             * @example [
             *       12,
             *       9
             *     ]
             */
            delivered: number[];
            /**
             * @description Deliveries that were given up.
             * @example [
             *       0,
             *       1
             *     ]
             */
            failed: number[];
        };
        UpdateAppConfigDto: {
            /**
             * @description Name that subscribers see.
             * @example user-management
             */
            name?: string;
            /**
             * @description What a subscriber must hold one of.
             * @example [
             *       "get-users",
             *       "get-user-details",
             *       "update-user"
             *     ]
             */
            permissions?: string[];
        };
        UpdatedEventDto: {
            /**
             * @description The app that publishes it: the key’s own.
             * @example app:1234abcd-1aa1-1234-12aa-1234abcd5678
             */
            appId?: string;
            /**
             * @description What it tells, for people.
             * @example When a new user is created
             */
            description?: string;
            /**
             * @description The `type` of the published events.
             * @example UserCreatedEvent
             */
            eventType?: string;
            /**
             * @description JSON Logic: only events it holds for are delivered. A text `$name` reads the event’s member of that name, in any case.
             * @example {
             *       "===": [
             *         "$eventType",
             *         "UserCreatedEvent"
             *       ]
             *     }
             */
            filterLogic?: (Record<string, never> | unknown[] | string | number | boolean) | null;
            /**
             * @description Path through which the resource is accessible.
             * @example /app/api/v2/users/{userId}
             */
            getApiPath?: string;
            /**
             * @description A new name.
             * @example AvailableUserEvent
             */
            name?: string;
            /**
             * @description Type of the event.
             * @example users
             */
            type?: string;
        };
        UpdateEndpointRequest: {
            /**
             * @description Headers to set, after the removals; a header that is there is replaced.
             * @example {
             *       "X-Env": [
             *         "prod"
             *       ]
             *     }
             */
            addHeaders?: {
                [key: string]: string[];
            } | null;
            /**
             * @description Whether `Socotra-Signature` is sent; absent: when there is a secret.
             * @example true
             */
            hmacEnabled?: boolean | null;
            /**
             * @description Names of headers to take away, in any case.
             * @example [
             *       "X-Env"
             *     ]
             */
            removeHeaders?: string[] | null;
            /**
             * @description The signing secret; it is never shown again.
             * @example s3cr3t-of-mine
             */
            secret?: string | null;
            /**
             * @description Whether the receiver’s certificate must be valid.
             * @example true
             */
            secureSsl?: boolean | null;
            /**
             * @description Sent beside the signature, to tell which secret is in use.
             * @example v2
             */
            tag?: string | null;
            /**
             * @description Where events are posted.
             * @example https://hooks.example.com/socotra
             */
            url?: string | null;
        };
        UpdateEventsDto: {
            /** @description The one event that the path names, as it is to be. */
            events: components["schemas"]["UpdatedEventDto"][];
        };
        UpdateOs1SubscriptionDto: {
            /**
             * @description With `events`: they are added or removed. Left out, they replace those there are.
             * @example remove
             * @enum {string}
             */
            action?: "add" | "remove";
            /**
             * @description Kept for the subscriber; custom attributes are delivered either way.
             * @example false
             */
            customAttr?: boolean;
            /**
             * @description For people.
             * @example Users to ERP
             */
            description?: string;
            /**
             * @description The app whose events these are. Left out, it is the one app that has registered all of them under the topic.
             * @example app:dafee37d-7c50-4772-9725-8c8e2e598148
             */
            eventAppId?: string;
            /**
             * @description Names of registered events.
             * @example [
             *       "UserCreated",
             *       "UserUpdated"
             *     ]
             */
            events?: string[];
            /**
             * @description Whether events are sent.
             * @example true
             */
            isActive?: boolean;
            /**
             * @description Another topic; its events are named with it.
             * @example participant
             * @enum {string}
             */
            topic?: "participant" | "entity" | "container";
            /** @description The endpoint. */
            webhook?: components["schemas"]["WebhookChangeDto"];
        };
        UpdateWebhookRequest: {
            /**
             * @description Added after the removals.
             * @example [
             *       "policy.quote.issue"
             *     ]
             */
            addEventTypes?: string[] | null;
            /**
             * @description Whether events are delivered.
             * @example true
             */
            enabled?: boolean | null;
            /** @description Merges with the endpoint there is. */
            endpoint?: components["schemas"]["UpdateEndpointRequest"] | null;
            /** @description Merges with what there is, or with the default after removeFailureHandling. */
            failureHandling?: components["schemas"]["FailureHandlingUpdateRequest"] | null;
            /**
             * @description Name for people.
             * @example Quotes to CRM
             */
            name?: string | null;
            /**
             * @description Taken away; what is also added stays.
             * @example [
             *       "policy.quote.issue"
             *     ]
             */
            removeEventTypes?: string[] | null;
            /**
             * @description Back to the default.
             * @example false
             */
            removeFailureHandling?: boolean | null;
        };
        VerdictDto: {
            /**
             * @description What was asked.
             * @example selectors
             * @enum {string}
             */
            check: "publisher_filter" | "selectors" | "subscription_filter" | "permission" | "enabled" | "not_suspended" | "created_before";
            /**
             * @description For people; may change.
             * @example /eventTypes
             */
            detail?: string;
            /**
             * @description Whether it holds.
             * @example true
             */
            passed: boolean;
            /**
             * @description Why: a stable code.
             * @example selector_matched
             * @enum {string}
             */
            reason: "enabled" | "filter_budget_exceeded" | "suspended" | "filter_error" | "not_suspended" | "no_filter" | "filter_true" | "filter_false" | "selector_matched" | "no_selector_matched" | "no_selectors" | "no_permission_required" | "permission_held" | "permission_missing" | "disabled" | "created_before_event" | "created_after_event";
        };
        VersionDto: {
            /**
             * @description The version that the change was made for.
             * @example 3.0
             */
            versionNo: string;
        };
        WebhookChangeDto: {
            /**
             * @description Base64 of the HMAC secret, of at least 16 bytes. It is never returned.
             * @example MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            signatureKey?: string;
            /**
             * @description Where the events are sent.
             * @example https://erp.example.com/hooks
             */
            url?: string;
        };
        WebhookDto: {
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Left out: a new subscription is on, and one that is replaced stays as it is.
             * @example true
             */
            enabled?: boolean;
            /**
             * @description By name `{"value", "secret"}`. A value may hold placeholders, unless it is secret: that is sent as it is and never returned.
             * @example {
             *       "department": {
             *         "value": "{/resource/department}"
             *       },
             *       "authorization": {
             *         "secret": true,
             *         "value": "Bearer …"
             *       }
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: uuid
             * @description Its id.
             * @example 3a7ce8e3-9c9f-4242-be20-35edb29c4a07
             */
            id: string;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name: string | {
                [key: string]: string;
            };
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>` or `<resourceType>`: an object or a string; an empty string is an empty body.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}",
             *         "id": "{/resource/sys/id}"
             *       },
             *       "contentType": "{/resource/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Events about resources; one topic that holds suffices. Each names its resource type.
             * @example [
             *       {
             *         "resourceType": "entry",
             *         "event": [
             *           "updated",
             *           "created"
             *         ],
             *         "language": [
             *           "fr-fr"
             *         ],
             *         "contentTypeId": [
             *           "blog"
             *         ],
             *         "owner": "t.durden"
             *       }
             *     ]
             */
            topics: components["schemas"]["TopicFilterDto"][];
            /** @description Kept and returned as it came. */
            ui?: boolean;
            /**
             * @description Where to send; path and query may hold {/pointer} placeholders.
             * @example https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}
             */
            url?: string;
            /** @description Who made and changed it, and its number. */
            version: components["schemas"]["WebhookVersion"];
        };
        WebhookErrorDto: {
            /** @description Each faulty member. */
            data: components["schemas"]["FaultDto"][];
            /**
             * Format: uuid
             * @description Names the request in our log.
             * @example 019aa639-0361-7444-6368-4c07d1f61f6b
             */
            logId: string;
            /**
             * @description For people; may change.
             * @example There are validation errors in the webhook subscription.
             */
            message: string;
            /**
             * @description Kind of the refusal.
             * @example Validation
             */
            type: string;
        };
        WebhookListResponse: {
            items: components["schemas"]["WebhookResponse"][];
            /** @example true */
            listCompleted: boolean;
        };
        WebhookResponse: {
            /** @example true */
            enabled: boolean;
            endpoint: components["schemas"]["EndpointResponse"];
            /**
             * @example [
             *       "policy.quote.issue"
             *     ]
             */
            eventTypes: string[];
            failureHandling: components["schemas"]["FailureHandlingResponse"];
            /**
             * @description ULID
             * @example 01KAK3HZY3F2J9V8N7B6M5C4X3
             */
            locator: string;
            /** @example Quotes to CRM */
            name: string;
            /** @example false */
            suspended: boolean;
            /**
             * Format: date-time
             * @example null
             */
            suspendedAt: string | null;
        };
        WebhookUrlDto: {
            /**
             * @description Where the events are sent.
             * @example https://erp.example.com/hooks
             */
            url: string;
        };
        WebhookVersion: {
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2020-09-01T08:59:49Z
             */
            created: string;
            /**
             * @description Name of the key that made it.
             * @example t.durden
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description When it was changed last.
             * @example 2020-09-05T08:59:49Z
             */
            modified: string;
            /**
             * @description Name of the key that changed it last.
             * @example m.singer
             */
            modifiedBy: string;
            /**
             * @description Steps from "1.0" to "2.0"; a replacement names it.
             * @example 1.0
             */
            versionNo: string;
        };
        WriteWebhook: {
            /**
             * @description Description: one string, or one per locale.
             * @example {
             *       "en-GB": "Paid orders for the ERP."
             *     }
             */
            description?: (string | {
                [key: string]: string;
            }) | null;
            /**
             * @description Left out: a new subscription is on, and one that is replaced stays as it is.
             * @example true
             */
            enabled?: boolean;
            /**
             * @description By name `{"value", "secret"}`. A value may hold placeholders, unless it is secret: that is sent as it is and never returned.
             * @example {
             *       "department": {
             *         "value": "{/resource/department}"
             *       },
             *       "authorization": {
             *         "secret": true,
             *         "value": "Bearer …"
             *       }
             *     }
             */
            headers?: {
                [key: string]: unknown;
            } | null;
            /** @description An older name of url. */
            invokeUrl?: string;
            /**
             * @description The request’s method.
             * @default POST
             * @example POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Name: one string, or one per locale.
             * @example Orders to ERP
             */
            name: string | {
                [key: string]: string;
            };
            /**
             * @description Bodies by `<resourceType>.<contentTypeId>` or `<resourceType>`: an object or a string; an empty string is an empty body.
             * @example {
             *       "entry": {
             *         "event": "{/event/name}",
             *         "id": "{/resource/sys/id}"
             *       },
             *       "contentType": "{/resource/}"
             *     }
             */
            templates?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Events about resources; one topic that holds suffices. Each names its resource type.
             * @example [
             *       {
             *         "resourceType": "entry",
             *         "event": [
             *           "updated",
             *           "created"
             *         ],
             *         "language": [
             *           "fr-fr"
             *         ],
             *         "contentTypeId": [
             *           "blog"
             *         ],
             *         "owner": "t.durden"
             *       }
             *     ]
             */
            topics: components["schemas"]["TopicFilterDto"][];
            /** @description Kept and returned as it came. */
            ui?: boolean;
            /**
             * @description Where to send; path and query may hold {/pointer} placeholders.
             * @example https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}
             */
            url?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    AppsController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AppDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AppsController_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAppDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EventTypeDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_register: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterEventTypesDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypesDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The event type’s name. */
                name: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypeDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The event type’s name. */
                name: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventTypeBodyDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypeDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The event type’s name. */
                name: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The event type’s name. */
                name: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEventTypeDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypeDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventTypesController_bulkDelete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                app: string;
                /** @description The topic. */
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkDeleteEventTypesDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AppsController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AppsController_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AppsController_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAppDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AppsController_listTopics: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The app’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TopicDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AuditController_list: {
        parameters: {
            query?: {
                /** @description What was done. */
                action?: "tenant.created" | "tenant.changed" | "key.created" | "key.revoked" | "app.created" | "app.changed" | "app.deleted" | "event_type.created" | "event_type.replaced" | "event_type.changed" | "event_type.deleted" | "subscription.created" | "subscription.changed" | "subscription.enabled" | "subscription.disabled" | "subscription.suspended" | "subscription.unsuspended" | "subscription.deleted" | "subscription.tls_verification_off" | "secret.listed" | "secret.read" | "secret.rotated" | "secret.removed" | "delivery.created" | "delivery.resent" | "delivery.cancelled" | "delivery.discarded" | "event.expunged" | "expunge.created" | "replay.created" | "replay.cancelled" | "replay.paused" | "replay.resumed";
                /** @description The key that did it. */
                actor?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Happened at or after; of an event: accepted. */
                from?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description What it was done to, by its id. */
                object?: string;
                /** @description For an operator: only this tenant’s. */
                tenantId?: string;
                /** @description Happened before. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntryDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    AuditController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The entry’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DeliveriesController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Why the last attempt brought no answer. */
                error?: string;
                /** @description Event type, spelled out; case does not matter. */
                eventType?: string;
                /** @description Happened at or after; of an event: accepted. */
                from?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Id of the resource. */
                resourceId?: string;
                /** @description Type of the resource. */
                resourceType?: string;
                /** @description One state or several, comma-separated. */
                state?: string;
                /** @description Class of the last answer’s status. */
                statusClass?: string;
                /** @description The subscription: `sub_…` or its uuid. */
                subscription?: string;
                /** @description Happened before. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeliveryDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                        /**
                         * Format: date-time
                         * @description How far back it has looked: a page looks through 10000 items at most, so one that its filters leave short, or empty, need not be the last. `nextCursor` goes on from there. null: the page is full, or all is looked through.
                         */
                        searchedTo: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DeliveriesController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DeliveriesController_attempts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AttemptDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DeliveriesController_getBody: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryBodyDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The payload of its event has been expunged. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DeliveriesController_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DeliveriesController_resend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DivertedController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Why the last attempt brought no answer. */
                error?: string;
                /** @description Event type, spelled out; case does not matter. */
                eventType?: string;
                /** @description Happened at or after; of an event: accepted. */
                from?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Id of the resource. */
                resourceId?: string;
                /** @description Type of the resource. */
                resourceType?: string;
                /** @description Class of the last answer’s status. */
                statusClass?: string;
                /** @description The subscription: `sub_…` or its uuid. */
                subscription?: string;
                /** @description Happened before. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeliveryDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                        /**
                         * Format: date-time
                         * @description How far back it has looked: a page looks through 10000 items at most, so one that its filters leave short, or empty, need not be the last. `nextCursor` goes on from there. null: the page is full, or all is looked through.
                         */
                        searchedTo: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DivertedController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DivertedController_discard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    DivertedController_resend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventsController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Happened at or after; of an event: accepted. */
                from?: string;
                /** @description Its id: `evt_…`, or the one that its publisher gave it. */
                id?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Id of the resource. */
                resourceId?: string;
                /** @description Type of the resource. */
                resourceType?: string;
                /** @description Happened before. */
                to?: string;
                /** @description Topic. */
                topic?: string;
                /** @description Event type, spelled out. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["StoredEventDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                        /**
                         * Format: date-time
                         * @description How far back it has looked: a page looks through 10000 items at most, so one that its filters leave short, or empty, need not be the last. `nextCursor` goes on from there. null: the page is full, or all is looked through.
                         */
                        searchedTo: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    PublishController_publish: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeat within 24 hours answer as the first did. */
                "Idempotency-Key"?: string;
                /** @description The trace that publishing belongs to (W3C Trace Context), where the operator gathers traces; ignored when it is none. */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["EventDto"];
                "application/json": components["schemas"]["EventDto"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventsController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDetailDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EventsController_listDeliveries: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Why the last attempt brought no answer. */
                error?: string;
                /** @description Event type, spelled out; case does not matter. */
                eventType?: string;
                /** @description Happened at or after; of an event: accepted. */
                from?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Id of the resource. */
                resourceId?: string;
                /** @description Type of the resource. */
                resourceType?: string;
                /** @description One state or several, comma-separated. */
                state?: string;
                /** @description Class of the last answer’s status. */
                statusClass?: string;
                /** @description The subscription: `sub_…` or its uuid. */
                subscription?: string;
                /** @description Happened before. */
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeliveryDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                        /**
                         * Format: date-time
                         * @description How far back it has looked: a page looks through 10000 items at most, so one that its filters leave short, or empty, need not be the last. `nextCursor` goes on from there. null: the page is full, or all is looked through.
                         */
                        searchedTo: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ExplainController_explainStored: {
        parameters: {
            query?: {
                /** @description One subscription: `sub_…`, its uuid or its ULID. Absent: all of the tenant. */
                subscription?: string;
            };
            header?: never;
            path: {
                /** @description `evt_…`, or the publisher’s own id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ExpungesController_expungeEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `evt_…`, or the publisher’s own id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `running` where rows were held at that moment: a dispatcher ends it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpungeDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    PublishController_publishBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The trace that publishing belongs to (W3C Trace Context), where the operator gathers traces; ignored when it is none. */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventBatchDto"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResultDto"];
                };
            };
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResultDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ExplainController_explainUnstored: {
        parameters: {
            query?: {
                /** @description One subscription: `sub_…`, its uuid or its ULID. Absent: all of the tenant. */
                subscription?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["EventDto"];
                "application/json": components["schemas"]["EventDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ExpungesController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ExpungeDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ExpungesController_expungeResource: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateExpungeDto"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpungeDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ExpungesController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The expunge’s id, or its uuid. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpungeDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    KeysController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description For an operator: only the keys of this tenant. */
                tenantId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["KeyDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    KeysController_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKeyDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    KeysController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    KeysController_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    OutboundRequestsController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description What is asked or told. */
                kind?: "callback" | "hydration";
                /** @description Most items on one page. */
                limit?: number;
                /** @description Still to be made (again), or given up. */
                state?: "waiting" | "given_up";
                /** @description The subscription: `sub_…` or its uuid. */
                subscription?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["OutboundRequestDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ReplaysController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ReplayDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ReplaysController_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReplayDto"];
            };
        };
        responses: {
            /** @description Of a dry run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayCountDto"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ReplaysController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ReplaysController_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ReplaysController_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    ReplaysController_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    StatsController_overview: {
        parameters: {
            query?: {
                /** @description From this minute on; absent: `minutes` before `to`. Figures are kept for 7 days. */
                from?: string;
                /** @description So many minutes up to `to`, in place of `from`; absent: 60. */
                minutes?: number;
                /** @description How long a step of the series is; it has 1440 at most. */
                stepMinutes?: 1 | 5 | 10 | 30 | 60;
                /** @description For an operator: only this tenant’s. */
                tenantId?: string;
                /** @description Up to this minute; absent: now. 1 to 10080 minutes after `from`. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverviewDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionsController_list: {
        parameters: {
            query?: {
                /** @description Only those that are (not) enabled and not suspended. */
                active?: boolean;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only those that are (not) enabled. */
                enabled?: boolean;
                /** @description Only those that name this event type as it is written here; patterns are not expanded. */
                eventType?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Part of the name in any locale, without regard to case. */
                name?: string;
                /** @description Only those that are (not) suspended. */
                suspended?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SubscriptionDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionsController_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSubscription"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionsController_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionsController_replace: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version that is changed. */
                "If-Match"?: string;
            };
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceSubscription"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionsController_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionsController_patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version that is changed. */
                "If-Match"?: string;
            };
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchSubscription"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionActionsController_duplicate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EndpointCheckController_find: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointCheckDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    EndpointCheckController_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointCheckDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SigningSecretsController_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretListDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SigningSecretsController_rotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateSecret"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionStatsController_read: {
        parameters: {
            query?: {
                /** @description Over events of this many hours back. */
                hours?: number;
            };
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionStatsController_series: {
        parameters: {
            query?: {
                /** @description So many hours back. */
                hours?: number;
            };
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionSeriesDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionActionsController_suspend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuspendSubscription"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionActionsController_sendTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendTest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestSentDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionActionsController_unsuspend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sub_…`, the uuid, or the bare ULID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    PreviewController_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplainedSubscriptionDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    SubscriptionStatsController_readMany: {
        parameters: {
            query: {
                /** @description Subscriptions, comma-separated: 1 to 100 of them, `sub_…` or uuids. */
                ids: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionsFiguresDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    TenantsController_list: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TenantDto"][];
                        /** @description For the next page; null on the last. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    TenantsController_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTenantDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    TenantsController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant’s id, or its uuid. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
    TenantsController_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant’s id, or its uuid. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeTenantDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantDto"];
                };
            };
            /** @description The body cannot be parsed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The key does not hold the permission, or belongs to no tenant where one is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description There is nothing under this id, or it is another tenant’s. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description At odds with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The body is not JSON in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description The request is not valid; `errors` says where. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Too many requests. Try again after Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
            /** @description Not right now. Try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDto"];
                };
            };
        };
    };
}
