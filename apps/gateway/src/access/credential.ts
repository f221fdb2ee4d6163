import { SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Finds the key in a request; null when there is none in the shape it should have. */
export type CredentialOf = (request: FastifyRequest) => string | null;

const BEARER = /^bearer +(\S+)$/i;

/** `Authorization: Bearer <key>`, exactly once: of two headers Node would silently take the first. */
export const bearerKey: CredentialOf = ({ raw, headers }) => {
  const [, key] = BEARER.exec(headers.authorization ?? '') ?? [];
  const isRepeated = raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'authorization').length > 1;
  return key === undefined || isRepeated ? null : key;
};

/** Metadata key of a controller's own way to find the key. */
export const CREDENTIAL = 'tidings:credential';

/** For a dialect: its clients carry the key elsewhere. */
export const CredentialFrom = (credentialOf: CredentialOf): ClassDecorator & MethodDecorator => SetMetadata(CREDENTIAL, credentialOf);
