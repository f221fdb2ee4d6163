/** Stands for a masked placeholder: a private-use letter, which no URL or header may hold by itself. */
export const MASK = '\uE000';

const PLACEHOLDER = /\{ *\/[^{}\p{Cc}]*\}/gu;

/** Replaces each `{/pointer}` placeholder by one letter, so that the literal rest of a template can be judged by itself. */
export const maskPlaceholders = (template: string): string => template.replace(PLACEHOLDER, MASK);
