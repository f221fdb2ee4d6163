import { join, resolve } from 'node:path';
import { SETTINGS } from '#config/settings.js';
import { DomainError } from '#domain/errors.js';
import { projectRoot } from './project-root.js';

/** What the person at the laptop may choose; everything else is picked here. */
export interface StandaloneSettings {
  /** Data, logs and state live here. */
  home: string;
  /** Where the gateway listens on 127.0.0.1. */
  port: number;
  /** A database to use in place of the embedded one. */
  databaseUrl: string | undefined;
  /** Settings of the gateway and the dispatcher that go before ours. */
  passedOn: Partial<Record<string, string>>;
  /** The rest of the environment (PATH and the like), for the programs we start. */
  inherited: NodeJS.ProcessEnv;
  /** Names of all settings that came from the environment. */
  fromEnvironment: string[];
}

const DEFAULT_PORT = 3000;

/** Picked here for each program, whatever the environment says. */
const PICKED = ['HOST', 'METRICS_PORT'];
const OURS = ['TIDINGS_HOME', 'PORT', 'DATABASE_URL'];

/** Reads the settings; an empty value counts as absent. Refuses a PORT that is none. */
export function readStandaloneSettings(environment: NodeJS.ProcessEnv): StandaloneSettings {
  const names = new Set([...OURS, ...Object.keys(SETTINGS).filter((name) => !PICKED.includes(name))]);
  const fromEnvironment = [...names].filter((name) => environment[name]);
  return {
    home: resolve(environment['TIDINGS_HOME'] || join(projectRoot(), '.tidings')),
    port: portOf(environment['PORT']),
    databaseUrl: environment['DATABASE_URL'] || undefined,
    passedOn: Object.fromEntries(fromEnvironment.filter((name) => !OURS.includes(name)).map((name) => [name, environment[name]])),
    inherited: environment,
    fromEnvironment,
  };
}

function portOf(text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new DomainError('port_invalid', 'PORT must be a whole number from 1 to 65535.');
}
