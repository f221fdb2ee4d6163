import { createHash } from 'node:crypto';
import { type FieldError, invalid } from '#domain/errors.js';
import type { JsonScan } from '#domain/json/scan.js';
import { isEventType } from '#domain/match/event-type.js';
import type { EventFields } from './event-fields.js';
import { isInstant } from './instant.js';

type Json = Record<string, unknown>;

/** Attribute names are lower-case letters and digits. Source: CloudEvents 1.0, "Naming conventions". */
const ATTRIBUTE = /^[a-z0-9]{1,64}$/;
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= 1_024 && value.isWellFormed() && !/\p{Cc}/u.test(value);

const fault = (path: string, code: string, message: string): FieldError => ({ path, code, message });

function faults(event: Json, scan: JsonScan): FieldError[] {
  const errors: FieldError[] = [];
  if (event['specversion'] !== '1.0') errors.push(fault('/specversion', 'unsupported_specversion', 'Only CloudEvents 1.0 are taken.'));
  if (!isText(event['id'])) errors.push(fault('/id', 'required', 'A CloudEvent needs an id.'));
  if (!isText(event['source'])) errors.push(fault('/source', 'required', 'A CloudEvent needs a source.'));
  if (!isEventType(event['type']))
    errors.push(fault('/type', 'event_type_invalid', 'The type is segments of letters, digits, "_" and "-" joined by ".".'));
  if (event['subject'] !== undefined && !isText(event['subject'])) errors.push(fault('/subject', 'invalid_type', 'The subject is a text.'));
  if (event['time'] !== undefined && !isInstant(event['time']))
    errors.push(fault('/time', 'invalid_date', 'The time is written as RFC 3339.'));
  if (scan.members.has('data') && scan.members.has('data_base64'))
    errors.push(fault('/data_base64', 'conflict', 'Data comes as `data` or as `data_base64`, not both.'));
  for (const name of scan.members.keys()) {
    if (!ATTRIBUTE.test(name) && name !== 'data_base64')
      errors.push(fault(`/${name}`, 'unknown_field', 'Attribute names are lower-case letters and digits.'));
  }
  return errors;
}

/**
 * Reads a CloudEvent in structured mode. Its subject becomes the resource's id; source and id together make a repeat recognisable.
 * Source: CloudEvents 1.0, "JSON event format". Throws DomainError `invalid_type` or `invalid` with every faulty field.
 */
export function readCloudEvent(raw: Buffer, scan: JsonScan): EventFields {
  if (scan.kind !== 'object') throw invalid([fault('', 'invalid_type', 'A CloudEvent is a JSON object.')], 'invalid_type');
  const event = JSON.parse(raw.toString('utf8')) as Json;
  const errors = faults(event, scan);
  if (errors.length > 0) throw invalid(errors);
  const data = scan.members.get('data') ?? scan.members.get('data_base64');
  const time = event['time'];
  return {
    ownId: null,
    repeatKey: `ce:${createHash('sha256')
      .update(`${String(event['source'])}\n${String(event['id'])}`)
      .digest('hex')}`,
    type: event['type'] as string,
    topic: null,
    app: null,
    resourceType: null,
    resourceId: isText(event['subject']) ? event['subject'] : null,
    requestId: null,
    occurredAt: isText(time) ? time : null,
    // An event without data is delivered with none: an empty span.
    dataStart: data?.start ?? 0,
    dataEnd: data?.end ?? 0,
  };
}
