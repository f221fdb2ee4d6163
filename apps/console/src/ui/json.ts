/** The value that a JSON text stands for; the error says where it goes wrong, for people. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is no JSON: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
}

export const prettyJson = (value: unknown): string => JSON.stringify(value, null, 2);
