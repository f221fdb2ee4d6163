/** Object id of the type bytea. */
const BYTEA = 17;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/**
 * A bytea[] as Postgres's binary format has it (array_send in its source): pg hands a Buffer on as it is, and would write an array as text,
 * each byte as two digits, which both ends pay for. One dimension, from 1 on; a null stands for NULL.
 */
export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  const bytes = values.reduce((sum, value) => sum + LENGTH_BYTES + (value?.length ?? 0), HEADER_BYTES);
  const array = Buffer.allocUnsafe(bytes);
  let at = 0;
  const write = (number: number): void => void (at = array.writeInt32BE(number, at));
  for (const number of [1, values.includes(null) ? 1 : 0, BYTEA, values.length, 1]) write(number);
  for (const value of values) {
    write(value?.length ?? -1);
    if (value === null) continue;
    array.set(value, at);
    at += value.length;
  }
  return array;
}
