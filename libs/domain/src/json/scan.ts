import { isUtf8 } from 'node:buffer';
import { DomainError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { JsonLexer, malformed } from './lexer.js';

/** Deepest nesting of arrays and objects that is taken; a scalar has depth 0. */
export const MAX_JSON_DEPTH = LIMITS.jsonDepth.max;
/** Most members of one object, or items of one array. */
export const MAX_JSON_MEMBERS = LIMITS.jsonItems.max;

export interface JsonLimits {
  maxDepth: number;
  /** Members or items of one container; a repeated name counts each time. */
  maxMembers: number;
  /** Refuse names that code which merges objects carelessly would turn into a prototype. */
  forbidPrototypeKeys: boolean;
}

/** Bytes `start` (included) to `end` (excluded). */
export interface Span {
  start: number;
  end: number;
}

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** What one pass over a JSON text has found. Spans count bytes of the buffer that was scanned. */
export interface JsonScan extends Span {
  kind: JsonKind;
  /** Members of the top-level object by unescaped name; of repeated names the last, as JSON.parse has it. */
  members: Map<string, Span>;
  /** Items of the top-level array. */
  items: Span[];
  /** Whether some string or name, at any depth, spells U+0000. */
  hasNul: boolean;
  /** Whether some string or name, at any depth, spells half a surrogate pair. */
  hasLoneSurrogate: boolean;
}

const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What an open container is; `constructor` is the object that is the value of a member of that name. */
type Container = 'array' | 'object' | 'constructor';

/**
 * Scans one JSON text (RFC 8259) without recursion and without building values, so that hostile nesting meets a limit before it meets
 * a stack. A span may be scanned again on its own: `scanJson(bytes.subarray(span.start, span.end))`.
 *
 * @throws DomainError `empty_body`, `invalid_encoding` (not UTF-8), `invalid_json` (a byte order mark included), `too_deep`,
 *   `too_many_items`, `forbidden_key` (`__proto__`, or `constructor` holding an object that has `prototype`). The message names the byte.
 */
export function scanJson(bytes: Buffer, limits: Partial<JsonLimits> = {}): JsonScan {
  if (bytes.length === 0) throw new DomainError('empty_body', 'The body is empty; a JSON text was expected at byte 0.');
  if (!isUtf8(bytes))
    throw new DomainError('invalid_encoding', `The body is not UTF-8: invalid sequence at byte ${firstInvalidByte(bytes)}.`);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) throw malformed('it starts with a byte order mark (BOM)', 0);
  const { maxDepth = MAX_JSON_DEPTH, maxMembers = MAX_JSON_MEMBERS, forbidPrototypeKeys = true } = limits;
  return new Scanner(bytes, { maxDepth, maxMembers, forbidPrototypeKeys }).scan();
}

/** Decoding and encoding again replaces the first invalid sequence, and nothing before it. */
function firstInvalidByte(bytes: Buffer): number {
  const repaired = Buffer.from(bytes.toString('utf8'));
  return bytes.findIndex((byte, at) => byte !== repaired[at]);
}

class Scanner {
  private readonly lexer: JsonLexer;
  private readonly open: Container[] = [];
  /** Entries so far of each open container. */
  private readonly counts: number[] = [];
  private readonly members = new Map<string, Span>();
  private readonly items: Span[] = [];
  /** Where the current entry of the top-level container starts, and its name if that is an object. */
  private entryStart = 0;
  private entryName = '';
  private isAfterConstructorKey = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly limits: JsonLimits,
  ) {
    this.lexer = new JsonLexer(bytes);
  }

  scan(): JsonScan {
    const { lexer, members, items } = this;
    lexer.skipWhitespace();
    if (lexer.pos === this.bytes.length) throw new DomainError('empty_body', `The body holds only white space up to byte ${lexer.pos}.`);
    const start = lexer.pos;
    const kind = this.kindAt(start);
    let hasMore = true;
    while (hasMore) hasMore = !this.readValue() || this.moveOn();
    const end = lexer.pos;
    lexer.skipWhitespace();
    if (lexer.pos < this.bytes.length) throw malformed('expected the end of the body', lexer.pos);
    return { kind, start, end, members, items, hasNul: lexer.hasNul, hasLoneSurrogate: lexer.hasLoneSurrogate };
  }

  /** Reads a scalar or an empty container and returns true; of any other container reads the opening, its first name included. */
  private readValue(): boolean {
    const { lexer } = this;
    const isConstructor = this.isAfterConstructorKey;
    this.isAfterConstructorKey = false;
    if (this.open.length === 1) this.entryStart = lexer.pos;
    switch (this.kindAt(lexer.pos)) {
      case 'object':
        return this.openContainer(isConstructor ? 'constructor' : 'object');
      case 'array':
        return this.openContainer('array');
      case 'string':
        lexer.readString();
        return true;
      case 'number':
        lexer.readNumber();
        return true;
      case 'boolean':
        lexer.readWord(lexer.peek() === 0x74 ? 'true' : 'false');
        return true;
      case 'null':
        lexer.readWord('null');
        return true;
    }
  }

  /** After a value: closes what ends here. Returns whether another value follows, with `pos` at its first byte. */
  private moveOn(): boolean {
    const { lexer, open } = this;
    while (open.length > 0) {
      if (open.length === 1) this.noteEntry();
      lexer.skipWhitespace();
      const byte = lexer.peek();
      if (byte === COMMA) {
        lexer.pos++;
        lexer.skipWhitespace();
        this.startEntry();
        return true;
      }
      if (byte !== this.closingByte()) throw malformed(open.at(-1) === 'array' ? 'expected , or ]' : 'expected , or }', lexer.pos);
      this.closeContainer();
    }
    return false;
  }

  private openContainer(container: Container): boolean {
    const { lexer, open, limits } = this;
    if (open.length >= limits.maxDepth) {
      throw new DomainError('too_deep', `The body is nested deeper than ${limits.maxDepth} levels at byte ${lexer.pos}.`);
    }
    open.push(container);
    this.counts.push(0);
    lexer.pos++;
    lexer.skipWhitespace();
    if (lexer.peek() === this.closingByte()) {
      this.closeContainer();
      return true;
    }
    this.startEntry();
    return false;
  }

  private closeContainer(): void {
    this.lexer.pos++;
    this.open.pop();
    this.counts.pop();
  }

  private closingByte(): number {
    return this.open[this.open.length - 1] === 'array' ? RIGHT_BRACKET : RIGHT_BRACE;
  }

  /** Counts the entry that starts at `pos` and, in an object, reads its name and colon. */
  private startEntry(): void {
    const { counts, limits } = this;
    const count = counts[counts.length - 1]! + 1;
    if (count > limits.maxMembers) {
      throw new DomainError('too_many_items', `One object or array has more than ${limits.maxMembers} entries at byte ${this.lexer.pos}.`);
    }
    counts[counts.length - 1] = count;
    if (this.open[this.open.length - 1] !== 'array') this.readName();
  }

  private readName(): void {
    const { lexer } = this;
    const start = lexer.pos;
    if (lexer.peek() !== QUOTE) throw malformed('expected a member name in quotes', start);
    lexer.readString();
    if (this.open.length === 1) this.entryName = lexer.textSince(start);
    if (this.limits.forbidPrototypeKeys) this.checkName(start);
    lexer.skipWhitespace();
    if (lexer.peek() !== COLON) throw malformed('expected :', lexer.pos);
    lexer.pos++;
    lexer.skipWhitespace();
  }

  private checkName(start: number): void {
    const { lexer } = this;
    const length = lexer.pos - start - 2;
    // Only names of these lengths, or escaped ones, can be any of the three: the others need not be decoded.
    if (!lexer.sawEscape && length !== 9 && length !== 11) return;
    const name = lexer.textSince(start);
    const isInConstructor = this.open[this.open.length - 1] === 'constructor';
    if (name === '__proto__' || (name === 'prototype' && isInConstructor)) {
      throw new DomainError('forbidden_key', `The name ${name} is not allowed at byte ${start}.`);
    }
    this.isAfterConstructorKey = name === 'constructor';
  }

  private noteEntry(): void {
    const span = { start: this.entryStart, end: this.lexer.pos };
    if (this.open[0] === 'array') this.items.push(span);
    else this.members.set(this.entryName, span);
  }

  private kindAt(at: number): JsonKind {
    const byte = this.bytes[at];
    const kind = byte === undefined ? undefined : KIND_BY_FIRST_BYTE[byte];
    if (kind === undefined) throw malformed('expected a value', at);
    return kind;
  }
}

const KIND_BY_FIRST_BYTE: (JsonKind | undefined)[] = Array.from({ length: 256 }, () => undefined);
KIND_BY_FIRST_BYTE[LEFT_BRACE] = 'object';
KIND_BY_FIRST_BYTE[LEFT_BRACKET] = 'array';
KIND_BY_FIRST_BYTE[QUOTE] = 'string';
for (const byte of '-0123456789') KIND_BY_FIRST_BYTE[byte.charCodeAt(0)] = 'number';
for (const byte of 'tf') KIND_BY_FIRST_BYTE[byte.charCodeAt(0)] = 'boolean';
KIND_BY_FIRST_BYTE['n'.charCodeAt(0)] = 'null';
