import { DomainError, invalidField } from '#domain/errors.js';
import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { validate } from 'class-validator';
import { buildDto } from './build-dto.js';
import { fieldErrors, refusedFields } from './field-errors.js';

const PLAIN = new Set<unknown>([String, Number, Boolean, Array, Object, Date, Buffer]);

const isDto = (metatype: Type | undefined): metatype is Type<object> => metatype !== undefined && !PLAIN.has(metatype);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Turns a body or a query into its DTO. Refuses unknown members, and converts nothing: `"5"` is not a number.
 * Throws DomainError with one FieldError per faulty member; the refusal's own code is theirs where they agree, else `invalid`.
 * A body that is absent counts as `{}` where nothing in it is required, else it is `empty_body`.
 *
 * Nest's own ValidationPipe is not used: it takes members called `constructor` out of free-form JSON, which is the caller's.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'body' && type !== 'query') || !isDto(metatype)) return value;
    if (value === undefined) return absent(metatype);
    if (!isObject(value)) throw invalidField('', 'invalid_type', 'A JSON object was expected.');
    return build(metatype, value);
  }
}

async function build(type: Type<object>, value: object): Promise<object> {
  const { dto, errors: shape } = buildDto(type, value);
  if (shape.length > 0) throw refusedFields(shape);
  const errors = await validate(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false },
  });
  if (errors.length > 0) throw refusedFields(fieldErrors(errors));
  return dto;
}

async function absent(dto: Type<object>): Promise<object> {
  try {
    return await build(dto, {});
  } catch {
    throw new DomainError('empty_body', 'The body is empty; a JSON object was expected.');
  }
}
