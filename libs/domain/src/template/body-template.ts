/** How a value goes into the body: as a JSON value, within the quotes of a JSON string, or as bare text. */
export type Insertion = 'json' | 'jsonString' | 'text';

/** Text to copy, or a value to look up and insert. */
export type BodyPart = string | { tokens: readonly string[]; as: Insertion };

/**
 * A body template, ready to render.
 * - `empty`: no body at all
 * - `json`: renders well-formed JSON whatever the values are
 * - `value`: one placeholder is the whole body
 * - `text`: text, with values inserted as text; whether it is JSON is only known once it is rendered
 */
export interface BodyTemplate {
  form: 'empty' | 'json' | 'value' | 'text';
  parts: readonly BodyPart[];
}
