import { DomainError } from '#domain/errors.js';
import type { EntityManager } from 'typeorm';

/** Lets the statements that follow in this transaction touch as many deliveries as a subscription may have piled up. */
export const patient = (manager: EntityManager): Promise<unknown> => manager.query("SET LOCAL statement_timeout = '60s'");

export const notFound = (): DomainError => new DomainError('not_found', 'There is no such subscription.');
