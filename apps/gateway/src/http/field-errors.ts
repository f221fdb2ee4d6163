import { type DomainError, type FieldError, invalid } from '#domain/errors.js';
import type { ValidationError } from 'class-validator';

/** How much of a member's name is repeated: the answer must not outgrow the request. */
const MAX_NAME_CHARS = 256;

/** Codes of class-validator's rules. A rule of our own is named by its code and needs no entry. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['whitelistValidation', 'unknown_field'],
  ['isDefined', 'required'],
  ['isNotEmpty', 'required'],
  ['nestedValidation', 'invalid_type'],
  ['unknownValue', 'invalid_type'],
  ['isString', 'invalid_type'],
  ['isBoolean', 'invalid_type'],
  ['isInt', 'invalid_type'],
  ['isNumber', 'invalid_type'],
  ['isArray', 'invalid_type'],
  ['isObject', 'invalid_type'],
  ['isIn', 'invalid_value'],
  ['isEnum', 'invalid_value'],
  ['min', 'out_of_range'],
  ['max', 'out_of_range'],
  ['isPositive', 'out_of_range'],
  ['minLength', 'too_short'],
  ['maxLength', 'too_long'],
  ['isLength', 'invalid_length'],
  ['arrayMinSize', 'too_few_items'],
  ['arrayMaxSize', 'too_many_items'],
  ['arrayNotEmpty', 'too_few_items'],
  ['arrayUnique', 'duplicate'],
  ['matches', 'invalid_format'],
  ['isISO8601', 'invalid_format'],
]);

/** Of several rules that one member breaks, the first of these is the one to tell. */
const FIRST = ['required', 'invalid_type', 'too_many_items', 'too_long'];

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A member's name as a step of a JSON Pointer (RFC 6901). */
export const pointerToken = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** class-validator's tree of errors as a flat list, each member by its JSON Pointer and with its most telling fault. */
export function fieldErrors(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const path = `${parent}/${pointerToken(error.property)}`;
    const own = error.constraints ? [fieldError(path, error)] : [];
    return [...own, ...fieldErrors(error.children ?? [], path)];
  });
}

function fieldError(path: string, error: ValidationError): FieldError {
  const faults = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({ code: codeOf(rule, error), message }));
  if (faults.some(({ code }) => code === 'unknown_field')) return unknownField(path, error.property);
  const fault = FIRST.flatMap((code) => faults.filter((each) => each.code === code))[0] ?? faults[0];
  const code = fault?.code ?? 'invalid';
  return { path, code, message: messageOf(code, error, fault?.message ?? 'The value is not valid.') };
}

const codeOf = (rule: string, error: ValidationError): string =>
  error.value === undefined && rule !== 'whitelistValidation' && (error.children ?? []).length === 0
    ? 'required'
    : (CODES.get(rule) ?? snakeCase(rule));

/** A member that is not the object, or the list of objects, that it should be. */
export const wrongType = (path: string): FieldError => ({
  path,
  code: 'invalid_type',
  message: 'This is not the object, or the list of objects, that it should be.',
});

/** A member that no rule knows. */
export const unknownField = (path: string, name: string): FieldError => ({
  path,
  code: 'unknown_field',
  message: `There is no member ${name.slice(0, MAX_NAME_CHARS)}.`,
});

function messageOf(code: string, { property }: ValidationError, message: string): string {
  const name = property.slice(0, MAX_NAME_CHARS);
  if (code === 'required') return `${name} is required.`;
  return message;
}

/** One refusal for all faulty members. Its code is theirs where they agree, else `invalid`. */
export function refusedFields(errors: FieldError[]): DomainError {
  const codes = new Set(errors.map((error) => error.code));
  const [only] = codes;
  return invalid(errors, codes.size === 1 ? only : 'invalid');
}
