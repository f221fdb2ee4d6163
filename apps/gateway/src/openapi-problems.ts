import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The refusals an operation may answer with, and what each means. */
export function statusesOf(method: string, operation: Operation): [string, string][] {
  const needsKey = (operation.security ?? []).some((scheme) => Object.keys(scheme).length > 0);
  const hasBody = operation.requestBody !== undefined;
  const hasPathId = (operation.parameters ?? []).some((parameter) => 'in' in parameter && parameter.in === 'path');
  const rows: [boolean, string, string][] = [
    [hasBody, '400', 'The body cannot be parsed.'],
    [needsKey, '401', 'No valid API key.'],
    [needsKey, '403', 'The key does not hold the permission, or belongs to no tenant where one is needed.'],
    [hasPathId, '404', 'There is nothing under this id, or it is another tenant’s.'],
    [method !== 'get', '409', 'At odds with what is stored.'],
    [hasBody, '413', 'The body is too large.'],
    [hasBody, '415', 'The body is not JSON in UTF-8.'],
    [needsKey, '422', 'The request is not valid; `errors` says where.'],
    [needsKey, '429', 'Too many requests. Try again after Retry-After.'],
    [true, '503', 'Not right now. Try again after Retry-After.'],
  ];
  return rows.flatMap(([applies, status, description]): [string, string][] => (applies ? [[status, description]] : []));
}
