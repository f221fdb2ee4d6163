/** OpenAPI 3.0 wrote `nullable: true`; 3.1 is JSON Schema, where null is a type. Rewrites every schema in the document. */
export function withNullTypes<T>(value: T): T {
  return rewrite(value) as T;
}

function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, isData(name) ? (member as unknown) : rewrite(member)] as const);
  return withNull(Object.fromEntries(members));
}

/** What an author wrote as an example is data, not schema. */
const isData = (name: string): boolean => name === 'example' || name === 'examples' || name === 'default' || name === 'enum';

function withNull({ nullable, ...schema }: Record<string, unknown>): Record<string, unknown> {
  if (nullable !== true) return nullable === undefined ? schema : { ...schema, ...(nullable === false ? {} : { nullable }) };
  if (typeof schema['type'] === 'string') {
    const values = schema['enum'];
    return { ...schema, type: [schema['type'], 'null'], ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}) };
  }
  return { anyOf: [schema, { type: 'null' }] };
}
