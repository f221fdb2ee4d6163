import { settings } from './settings.mjs';

/** What stands in for a secret until it is replaced, and the command that makes a real one. */
const SECRETS = {
  DATABASE_URL: { example: 'postgres://tidings:REPLACE-ME@127.0.0.1:5432/tidings' },
  REDIS_URL: { example: 'redis://127.0.0.1:6379' },
  SECRET_KEYS: { example: 'k1:REPLACE-ME', command: 'echo "k1:$(openssl rand -base64 32)"' },
  EGRESS_PROXY_URL: { example: 'http://user:REPLACE-ME@127.0.0.1:3128' },
  OTEL_EXPORTER_OTLP_HEADERS: { example: 'authorization=Bearer%20REPLACE-ME' },
  BOOTSTRAP_KEY: { example: 'REPLACE-ME', command: 'openssl rand -base64 32' },
};

const HEAD = `# Every setting of Tidings, written by "npm run generate" from libs/config/src/settings.ts.
# Copy this file to .env and replace what says REPLACE-ME. An empty value counts as absent; what is commented out shows the default.
`;

const COMPOSE = `
# Only for docker-compose.yml, which makes DATABASE_URL and REDIS_URL itself: the password of its Postgres, without characters that a URL
# would have to escape. Make one: openssl rand -hex 24
POSTGRES_PASSWORD=REPLACE-ME
`;

/** The text of .env.example. Throws for a secret that has no placeholder here. */
export function environmentExample() {
  return `${HEAD}\n${settings.map(paragraph).join('\n')}${COMPOSE}`;
}

function paragraph(setting) {
  const { name, what, who, isSecret, isRequired, byDefault } = setting;
  const comment = [what, isRequired ? 'Required.' : `Default: ${byDefault || '(empty)'}.`, `For: ${who}.`].join(' ');
  if (!isSecret) return `# ${comment}\n#${name}=${byDefault.startsWith('(') ? '' : byDefault}\n`;
  const secret = SECRETS[name];
  if (!secret) throw new Error(`${name} is a secret: give it a placeholder in scripts/generate/environment-example.mjs.`);
  const made = secret.command ? `# Make one: ${secret.command}\n` : '';
  return `# ${comment}\n${made}${isRequired || made ? '' : '#'}${name}=${secret.example}\n`;
}
