import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  example?: unknown;
  enum?: unknown[];
}

interface OpenApi {
  paths: Record<string, Record<string, ApiOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface ApiOperation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { in: string; name: string }[];
  'x-permissions'?: string[];
}

/** One place in a body: `put` makes the operation's sound body with any value in this place. */
export interface Field {
  at: string;
  put: (value: unknown) => unknown;
}

export interface FuzzedOperation {
  /** `POST /v1/events` */
  name: string;
  method: string;
  path: string;
  operatorOnly: boolean;
  fields: Field[];
  query: string[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const MAX_DEPTH = 4;

/** Every operation of openapi.json with each of its fields, however deep. */
export function operationsToFuzz(): FuzzedOperation[] {
  const { paths, components } = JSON.parse(readFileSync(join(projectRoot(), 'openapi.json'), 'utf8')) as OpenApi;
  const resolve = (schema: Schema): Schema => {
    if (schema.$ref !== undefined) return resolve(components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? [])].map(resolve);
    const properties = Object.assign({}, schema.properties, ...parts.map((part) => part.properties)) as Record<string, Schema>;
    return { ...parts[0], ...schema, ...(Object.keys(properties).length > 0 ? { properties } : {}) };
  };

  /** A value that the schema would take, from its examples. */
  const soundValue = (given: Schema, depth = 0): unknown => {
    const schema = resolve(given);
    if (schema.example !== undefined) return schema.example;
    if (schema.properties && depth < MAX_DEPTH)
      return Object.fromEntries((schema.required ?? []).map((name) => [name, soundValue(schema.properties?.[name] ?? {}, depth + 1)]));
    if (schema.items) return [soundValue(schema.items, depth + 1)];
    return schema.enum?.[0] ?? (schema.type === 'boolean' ? true : 'x');
  };

  const fieldsOf = (given: Schema, at: string, put: Field['put'], depth = 0): Field[] => {
    const schema = resolve(given);
    const own: Field[] = at === '' ? [] : [{ at, put }];
    if (depth >= MAX_DEPTH) return own;
    const sound = asObject(soundValue(given));
    const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      fieldsOf(member, `${at}/${name}`, (value) => put({ ...sound, [name]: value }), depth + 1),
    );
    const items = schema.items ? fieldsOf(schema.items, `${at}/0`, (value) => put([value]), depth + 1) : [];
    return [...own, ...members, ...items];
  };

  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]): FuzzedOperation => {
        const schema = operation.requestBody?.content['application/json']?.schema;
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          operatorOnly: operation['x-permissions']?.includes('operator') ?? false,
          fields: schema === undefined ? [] : fieldsOf(schema, '', (value) => value),
          query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name),
        };
      }),
  );
}

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {});
