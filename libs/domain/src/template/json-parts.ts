import type { BodyPart } from './body-template.js';
import { MAX_PLACEHOLDERS, MAX_TEMPLATE_BYTES, type Template, lonePointer, tooLarge, tooManyPlaceholders } from './parse.js';

/** Puts a JSON text together from literal pieces and placeholders, within the limits of one template. */
export class JsonParts {
  private readonly parts: BodyPart[] = [];
  private literal = '';
  private literalBytes = 0;
  private placeholders = 0;

  /** Adds a piece of JSON text as it is. */
  addLiteral(json: string, path: string): void {
    this.literal += json;
    this.literalBytes += Buffer.byteLength(json);
    if (this.literalBytes > MAX_TEMPLATE_BYTES) throw tooLarge(path);
  }

  /** Adds a JSON string that is a template; one that is a lone placeholder becomes the value itself. */
  addString(template: Template, path: string): void {
    const lone = lonePointer(template);
    if (lone) return this.addPlaceholder(lone.tokens, 'json', path);
    this.addLiteral('"', path);
    for (const part of template) {
      if (part.kind === 'literal') this.addLiteral(JSON.stringify(part.text).slice(1, -1), path);
      else this.addPlaceholder(part.tokens, 'jsonString', path);
    }
    this.addLiteral('"', path);
  }

  finish(): readonly BodyPart[] {
    this.flush();
    return this.parts;
  }

  private addPlaceholder(tokens: readonly string[], as: 'json' | 'jsonString', path: string): void {
    if (++this.placeholders > MAX_PLACEHOLDERS) throw tooManyPlaceholders(path);
    this.flush();
    this.parts.push({ tokens, as });
  }

  private flush(): void {
    if (this.literal !== '') this.parts.push(this.literal);
    this.literal = '';
  }
}
