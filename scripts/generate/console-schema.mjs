import openapiTS, { astToString } from 'openapi-typescript';
import { openApi } from './openapi.mjs';

/** The types of the native API, for the console's client. The dialects' paths are for other clients. */
export async function consoleSchema() {
  const document = JSON.parse(openApi());
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/')));
  return `// Made from openapi.json by "npm run generate".\n${astToString(await openapiTS(document, { alphabetize: true }))}`;
}
