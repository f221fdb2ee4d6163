import type { EventTree } from '../event.js';

/** The one tree a template reads. Everything in it is plain JSON data and is looked up by own property only. */
export type TemplateContext = EventTree & { subscription: { id: string; name: string }; delivery: { id: string; uuid: string } };
