/** The JSON of an object with one more member at its end, whose value's bytes stay exactly as they are; no bytes, no member. */
export function withMember(head: object, name: string, value: Buffer): Buffer {
  const json = JSON.stringify(head);
  if (value.length === 0) return Buffer.from(json);
  const start = json === '{}' ? '{' : `${json.slice(0, -1)},`;
  return Buffer.concat([Buffer.from(`${start}${JSON.stringify(name)}:`), value, Buffer.from('}')]);
}
