import { DomainError } from '../errors.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const LOWER_U = 0x75;

/** Value of each hexadecimal digit by its byte, -1 for every other byte. */
const HEX = new Int8Array(256).fill(-1);
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = parseInt(digit, 16);

/** Bytes that may follow a backslash, `u` apart. */
const SIMPLE_ESCAPE = new Uint8Array(256);
for (const letter of '"\\/bfnrt') SIMPLE_ESCAPE[letter.charCodeAt(0)] = 1;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Refusal of a text that RFC 8259 does not allow; the message names the byte. */
export const malformed = (what: string, at: number): DomainError =>
  new DomainError('invalid_json', `The body is not valid JSON: ${what} at byte ${at}.`);

/** Reads the tokens of RFC 8259 from bytes already known to be UTF-8. `pos` is the next unread byte. */
export class JsonLexer {
  pos = 0;
  /** Whether any string so far spells U+0000. */
  hasNul = false;
  /** Whether any string so far spells half a surrogate pair. Only an escape can: UTF-8 itself has no surrogates. */
  hasLoneSurrogate = false;
  /** Whether the string read last holds a backslash. */
  sawEscape = false;

  constructor(readonly bytes: Buffer) {}

  peek(): number | undefined {
    return this.bytes[this.pos];
  }

  skipWhitespace(): void {
    const { bytes } = this;
    let at = this.pos;
    let byte = bytes[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
    this.pos = at;
  }

  /** Reads a string whose opening quote is at `pos`. */
  readString(): void {
    const { bytes } = this;
    this.sawEscape = false;
    let at = this.pos + 1;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) at = this.readEscape(at);
      else if (byte === undefined) throw malformed('the string is not closed', at);
      else if (byte < SPACE) throw malformed('unescaped control character in a string', at);
      else at++;
    }
    this.pos = at + 1;
  }

  readNumber(): void {
    const { bytes } = this;
    let at = this.pos;
    if (bytes[at] === MINUS) at++;
    at = bytes[at] === ZERO ? at + 1 : this.skipDigits(at);
    if (bytes[at] === DOT) at = this.skipDigits(at + 1);
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++;
      if (bytes[at] === PLUS || bytes[at] === MINUS) at++;
      at = this.skipDigits(at);
    }
    this.pos = at;
  }

  /** Reads `true`, `false` or `null`. */
  readWord(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.pos + i] !== word.charCodeAt(i)) throw malformed(`expected ${word}`, this.pos);
    }
    this.pos += word.length;
  }

  /** The text of the string that was read from `start` (its opening quote) up to `pos`. */
  textSince(start: number): string {
    if (this.sawEscape) return JSON.parse(this.bytes.toString('utf8', start, this.pos)) as string;
    return this.bytes.toString('utf8', start + 1, this.pos - 1);
  }

  private skipDigits(from: number): number {
    const { bytes } = this;
    let at = from;
    let byte = bytes[at];
    while (byte !== undefined && byte >= ZERO && byte <= NINE) byte = bytes[++at];
    if (at === from) throw malformed('expected a digit', at);
    return at;
  }

  /** Reads the escape whose backslash is at `at`, a whole surrogate pair included; returns the byte after it. */
  private readEscape(at: number): number {
    const { bytes } = this;
    this.sawEscape = true;
    const letter = bytes[at + 1];
    if (letter !== LOWER_U) {
      if (SIMPLE_ESCAPE[letter ?? 0] !== 1) throw malformed('unknown escape in a string', at);
      return at + 2;
    }
    const unit = this.readHex(at + 2);
    if (unit === 0) this.hasNul = true;
    if (isHighSurrogate(unit)) {
      const isPair = bytes[at + 6] === BACKSLASH && bytes[at + 7] === LOWER_U && isLowSurrogate(this.readHex(at + 8));
      if (isPair) return at + 12;
      this.hasLoneSurrogate = true;
    } else if (isLowSurrogate(unit)) this.hasLoneSurrogate = true;
    return at + 6;
  }

  private readHex(at: number): number {
    let unit = 0;
    for (let i = at; i < at + 4; i++) {
      const digit = HEX[this.bytes[i] ?? 0]!;
      if (digit < 0) throw malformed('expected four hexadecimal digits', i);
      unit = unit * 16 + digit;
    }
    return unit;
  }
}
