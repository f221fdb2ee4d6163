import type { Callback } from '#domain/callback.js';
import { LOGIN_DEFAULTS } from '#domain/endpoint-auth.js';
import { LIMITS } from '#domain/limits.js';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { AsParsed } from '../../http/fields.js';

const text = (description: string, max: number = LIMITS.credentialBytes.max) => ({
  type: 'string',
  minLength: 1,
  maxLength: max,
  description,
});
const url = text('Judged as the subscription’s own url is; literal.', LIMITS.urlBytes.max);
const secret = (description: string, max?: number) => ({
  ...text(`${description} Never shown; left out it keeps the stored one.`, max),
  writeOnly: true,
});

const kindOf = (kind: string, required: string[], properties: Record<string, object>) => ({
  type: 'object',
  additionalProperties: false,
  required: ['kind', ...required],
  properties: { kind: { type: 'string', enum: [kind] }, ...properties },
});

const KINDS = [
  kindOf('basic', ['username'], { username: text('Without a colon.'), password: secret('The password.') }),
  kindOf('bearer', [], { token: secret('The token.', LIMITS.tokenBytes.max) }),
  kindOf('oauth2', ['tokenUrl', 'clientId'], {
    tokenUrl: url,
    clientId: text('The client.'),
    clientSecret: secret('Its secret.'),
    scope: { ...text('What is asked for.'), nullable: true },
    audience: { ...text('Whom the token is for.'), nullable: true },
  }),
  kindOf('tokenLogin', ['url', 'username'], {
    url,
    username: text('The user.'),
    password: secret('The password.'),
    usernameField: { ...text('Member of the login that holds the user.'), default: LOGIN_DEFAULTS.usernameField },
    passwordField: { ...text('Member of the login that holds the password.'), default: LOGIN_DEFAULTS.passwordField },
    tokenField: { ...text('Member of the answer that holds the token.'), default: LOGIN_DEFAULTS.tokenField },
    headerFormat: { ...text('The Authorization header; {} stands for the token.'), default: LOGIN_DEFAULTS.headerFormat },
  }),
];

/** `auth` of a subscription. Its kinds differ in their members, so they are checked where all APIs meet. */
export const EndpointAuthField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      oneOf: KINDS,
      nullable: true,
      description:
        'How requests sign in at the endpoint: basic, a fixed bearer token, OAuth 2 client credentials, or a login that answers with a token. ' +
        'Not beside a header Authorization. A secret is kept encrypted and left out of every answer.',
      example: { kind: 'oauth2', tokenUrl: 'https://id.example.com/token', clientId: 'tidings', clientSecret: '…', scope: 'hooks' },
    }),
    AsParsed(),
    Allow(),
  );

/** `callback` of a subscription. */
export const CallbackField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      oneOf: [
        { type: 'object', additionalProperties: false, required: ['url'], properties: { url } },
        {
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: { name: text('Registered in the tenant’s settings.', 64) },
        },
      ],
      nullable: true,
      description: 'Where it is posted what came of each attempt, signed as the subscription signs.',
      example: { url: 'https://erp.example.com/attempts' } satisfies Callback,
    }),
    AsParsed(),
    Allow(),
  );
