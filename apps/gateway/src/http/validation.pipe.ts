import { DomainError, invalidField } from '#domain/errors.js';
import { type ArgumentMetadata, Injectable, type PipeTransform, type Type, ValidationPipe as NestValidationPipe } from '@nestjs/common';
import { fieldErrors, refusedFields } from './field-errors.js';

const PLAIN = new Set<unknown>([String, Number, Boolean, Array, Object, Date]);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Turns a body or a query into its DTO. Refuses unknown members, and converts nothing: `"5"` is not a number.
 * Throws DomainError with one FieldError per faulty member; the refusal's own code is theirs where they agree, else `invalid`.
 * A body that is absent counts as `{}` where nothing in it is required, else it is `empty_body`.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  private readonly pipe = new NestValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transformOptions: { enableImplicitConversion: false, exposeUnsetFields: false },
    exceptionFactory: (errors) => refusedFields(fieldErrors(errors)),
  });

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if ((metadata.type !== 'body' && metadata.type !== 'query') || !isDto(metadata.metatype)) return value;
    if (value === undefined) return this.absent(metadata);
    if (!isObject(value)) throw invalidField('', 'invalid_type', 'A JSON object was expected.');
    // Before anything is built from it: a member of this name would hide the class that the rules are found by.
    if (Object.hasOwn(value, 'constructor')) throw invalidField('/constructor', 'unknown_field', 'There is no member constructor.');
    return this.pipe.transform(value, metadata);
  }

  private async absent(metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return (await this.pipe.transform({}, metadata)) as unknown;
    } catch {
      throw new DomainError('empty_body', 'The body is empty; a JSON object was expected.');
    }
  }
}

const isDto = (metatype: Type | undefined): boolean => metatype !== undefined && !PLAIN.has(metatype);
