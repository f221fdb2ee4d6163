import { SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Finds the key in a request; null when there is none in the shape it should have. */
export type CredentialOf = (request: FastifyRequest) => string | null;

/** `Authorization: <scheme> <key>`, exactly once: of two headers Node would silently take the first. The scheme's case does not matter. */
export const authorizationKey =
  (scheme: string): CredentialOf =>
  ({ raw, headers }) => {
    const [given = '', key, ...more] = (headers.authorization ?? '').split(/ +/);
    const isRepeated = raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'authorization').length > 1;
    const isSound = given.toLowerCase() === scheme && key !== undefined && /^\S+$/.test(key) && more.length === 0 && !isRepeated;
    return isSound ? key : null;
  };

export const bearerKey: CredentialOf = authorizationKey('bearer');

/** Metadata key of a controller's own way to find the key. */
export const CREDENTIAL = 'tidings:credential';

/** For a dialect: its clients carry the key elsewhere. */
export const CredentialFrom = (credentialOf: CredentialOf): ClassDecorator & MethodDecorator => SetMetadata(CREDENTIAL, credentialOf);
