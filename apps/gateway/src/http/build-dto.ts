import type { FieldError } from '#domain/errors.js';
import type { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { pointerToken, unknownField, wrongType } from './field-errors.js';

export interface BuiltDto {
  dto: object;
  /** What is wrong with the members' shape; what they hold is for the DTO's rules to judge. */
  errors: FieldError[];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Makes an instance of a DTO class out of parsed JSON, with its @Type and @Transform; every other member is kept as it was parsed.
 * class-transformer's own plainToInstance is not used for it: it walks into free-form JSON, fails there on a member called `constructor`,
 * and skips members of such names in silence, so that no rule could refuse them.
 */
export function buildDto(type: Type<object>, given: object, path = ''): BuiltDto {
  const dto = new type();
  const errors: FieldError[] = [];
  for (const [name, member] of Object.entries(given) as [string, unknown][]) {
    const at = `${path}/${pointerToken(name)}`;
    if (name in Object.prototype) {
      errors.push(unknownField(at, name));
      continue;
    }
    const nested = defaultMetadataStorage.findTypeMetadata(type, name)?.typeFunction();
    const value = nested ? buildNested(nested, declaredType(type, name), member, at, errors) : member;
    Object.assign(dto, { [name]: transform(type, name, value, given) });
  }
  return { dto, errors };
}

/** `Array`, a class, or Object where the declaration is a union. */
const declaredType = (type: Type<object>, name: string): unknown => Reflect.getMetadata('design:type', type.prototype as object, name);

function buildNested(type: new () => object, declared: unknown, member: unknown, path: string, errors: FieldError[]): unknown {
  if (member === null) return null;
  if (Array.isArray(member) && (declared === Array || declared === Object)) {
    return member.map((item: unknown, i) =>
      isObject(item) ? buildNested(type, undefined, item, `${path}/${i}`, errors) : fault(item, `${path}/${i}`, errors),
    );
  }
  if (!isObject(member) || declared === Array) return fault(member, path, errors);
  const built = buildDto(type, member, path);
  errors.push(...built.errors);
  return built.dto;
}

function fault(member: unknown, path: string, errors: FieldError[]): unknown {
  errors.push(wrongType(path));
  return member;
}

function transform(type: Type<object>, key: string, value: unknown, obj: object): unknown {
  const params = { key, obj, type: TransformationType.PLAIN_TO_CLASS, options: {} };
  return defaultMetadataStorage
    .findTransformMetadatas(type, key, TransformationType.PLAIN_TO_CLASS)
    .reduce((result, { transformFn }) => transformFn({ ...params, value: result }), value);
}
