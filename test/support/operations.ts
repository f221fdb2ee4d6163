/** One route as the gateway's own OpenAPI document has it. */
export interface Operation {
  /** `GET /v1/subscriptions/{id}` */
  name: string;
  method: string;
  /** With its parameters as `{name}`. */
  path: string;
  /** false: open to everybody. */
  needsKey: boolean;
  operatorOnly: boolean;
  permissions: string[];
}

interface OpenApiDocument {
  paths: Record<string, Record<string, { security?: object[]; 'x-permissions'?: string[] }>>;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Every route of a running gateway, read from GET /openapi.json. */
export async function operationsOf(gatewayUrl: string): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${gatewayUrl}/openapi.json`)).json()) as OpenApiDocument;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => {
        const declared = operation['x-permissions'] ?? [];
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          needsKey: (operation.security ?? []).some((scheme) => Object.keys(scheme).length > 0),
          operatorOnly: declared.includes('operator'),
          permissions: declared.filter((permission) => permission !== 'operator'),
        };
      }),
  );
}

/** The path with its parameters filled in; `fallback` stands for those that are not named. */
export const pathWith = (path: string, values: Record<string, string>, fallback = 'x'): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? fallback));
