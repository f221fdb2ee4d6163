import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, type TransformFnParams, Type as TypeOf } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** The member may be left out. Unlike class-validator's IsOptional it may not be null: null is a value like any other. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** The member may be left out or null. */
export const OptionalOrNull = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined && value !== null);

/** Says that a member is any JSON, which is kept exactly as it was parsed. */
export const AsParsed = (): PropertyDecorator => Transform(({ obj, key }: TransformFnParams) => (obj as Record<string, unknown>)[key]);

/** For a query's whole number: its digits become a number, anything else stays what it is and fails IsInt. */
export const wholeNumber = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' && /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : value;

interface Field {
  /** What it is, for the documentation. */
  about: string;
  example?: unknown;
  optional?: true;
  /** null may be given: the value is taken away. */
  nullable?: true;
}

interface TextField extends Field {
  /** Characters. */
  min?: number;
  max: number;
  pattern?: RegExp;
}

const presence = ({ optional, nullable }: Field): PropertyDecorator[] =>
  optional || nullable ? [ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null))] : [];

const documented = ({ about, example, optional, nullable }: Field) => ({
  description: about,
  ...(example === undefined ? {} : { example }),
  required: !optional,
  ...(nullable ? { nullable } : {}),
});

/** A member that is text: what is checked and what the documentation says of it, in one. */
export function Text(field: TextField): PropertyDecorator {
  const { min = 1, max, pattern } = field;
  return applyDecorators(
    ApiProperty({ type: String, ...documented(field), minLength: min, maxLength: max, ...(pattern ? { pattern: pattern.source } : {}) }),
    ...presence(field),
    IsString(),
    MinLength(min),
    MaxLength(max),
    ...(pattern ? [Matches(pattern)] : []),
  );
}

interface ListField extends Field {
  maxItems: number;
  minItems?: number;
  /** Of each item, in characters. */
  max: number;
  pattern?: RegExp;
}

/** A member that is a list of different texts. */
export function TextList(field: ListField): PropertyDecorator {
  const { minItems = 0, maxItems, max, pattern } = field;
  const items = { minLength: 1, maxLength: max, ...(pattern ? { pattern: pattern.source } : {}) };
  return applyDecorators(
    ApiProperty({ type: 'array', items: { type: 'string', ...items }, ...documented(field), minItems, maxItems, uniqueItems: true }),
    ...presence(field),
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    ArrayUnique(),
    IsString({ each: true }),
    MinLength(1, { each: true }),
    MaxLength(max, { each: true }),
    ...(pattern ? [Matches(pattern, { each: true })] : []),
  );
}

/** A member that is true or false. */
export const Flag = (field: Field): PropertyDecorator =>
  applyDecorators(ApiProperty({ type: Boolean, ...documented(field) }), ...presence(field), IsBoolean());

/** A member that is one of a few words. */
export const OneOf = (field: Field & { values: readonly string[] }): PropertyDecorator =>
  applyDecorators(ApiProperty({ enum: field.values, ...documented(field) }), ...presence(field), IsString(), IsIn([...field.values]));

// The documentation knows a class that is named lazily by a function called `type`, so the two below write one.

/** A member that is an object with members of its own. */
export const Nested = (dto: () => Type<object>, field: Field): PropertyDecorator =>
  applyDecorators(ApiProperty({ type: () => dto(), ...documented(field) }), ...presence(field), IsObject(), ValidateNested(), TypeOf(dto));

/** A member that is a list of such objects. */
export const NestedList = (dto: () => Type<object>, field: Field & { minItems?: number; maxItems: number }): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: () => dto(), isArray: true, ...documented(field), minItems: field.minItems ?? 0, maxItems: field.maxItems }),
    ...presence(field),
    IsArray(),
    ArrayMinSize(field.minItems ?? 0),
    ArrayMaxSize(field.maxItems),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    TypeOf(dto),
  );

/** How the documentation says that a value may be any JSON. */
export const ANY_JSON = {
  oneOf: ['object', 'array', 'string', 'number', 'boolean'].map((type) => ({ type, ...(type === 'array' ? { items: {} } : {}) })),
};

/** A member that is any JSON, kept exactly as it was parsed and at most this large when written as JSON. */
export const AnyJson = (field: Field & { maxBytes: number }): PropertyDecorator =>
  applyDecorators(ApiProperty({ ...ANY_JSON, ...documented(field) }), ...presence(field), AsParsed(), MaxJsonBytes(field.maxBytes));

/** The value written as JSON has at most so many bytes. */
const MaxJsonBytes = (max: number): PropertyDecorator =>
  ValidateBy({
    name: 'too_large',
    validator: {
      validate: (value: unknown) => value !== undefined && Buffer.byteLength(JSON.stringify(value)) <= max,
      defaultMessage: () => `$property must have at most ${max} bytes as JSON`,
    },
  });
