import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemDto } from './http/problem.dto.js';
import { statusesOf } from './openapi-problems.js';
import { withNullTypes } from './openapi-nulls.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const TAGS = [
  ['events', 'Publish events, read them, and see why one was or was not delivered.'],
  ['apps', 'Publisher apps.'],
  ['event types', 'What a publisher app says it publishes.'],
  ['subscriptions', 'Who wants what, where, and how.'],
  ['deliveries', 'One event for one subscription: its state, its attempts, sending it again.'],
  ['outbound requests', 'What is told and asked beside deliveries: callbacks, and resources fetched to be published.'],
  ['tenants', 'For the operator.'],
  ['keys', 'API keys.'],
  ['audit', 'Who changed what, and who saw a secret.'],
  ['Socotra', 'Webhooks as Socotra’s Insurance Suite and Enterprise Core have them.'],
  ['health', 'Probes.'],
  ['Contensis', 'The webhook subscriptions of Contensis’ Management API.'],
  ['OS1', 'The webhooks service of OS1: publishers’ apps and events, and their subscribers.'],
  ['Omnitron', 'The webhook services of Akinon’s OMS: hooks and hook events.'],
] as const;

/** The OpenAPI 3.1 document of the API, built from its controllers. The same for the same code. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tidings')
    .setDescription('Webhook delivery: publish an event, and Tidings brings it to every subscriber that wants it until it arrives.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key.' });
  for (const [name, description] of TAGS) config.addTag(name, description);
  const document = SwaggerModule.createDocument(app, config.build(), { extraModels: [ProblemDto] });
  addProblems(document);
  return withNullTypes(document);
}

/** Serves the document at /openapi.json and its pages at /docs. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tidings API',
  });
}

/** Every refusal looks the same, so it is said once for all operations, but for a dialect's, which says itself how it refuses. */
function addProblems(document: OpenAPIObject): void {
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (!operation || '401' in operation.responses) continue;
      for (const [status, description] of statusesOf(method, operation)) operation.responses[status] ??= { description, content };
    }
  }
}
