import { format, resolveConfig } from 'prettier';
import { inRoot } from '../prepare/root.mjs';

/** The lines as the formatter would leave them, so that what is generated passes the format check. */
export async function formatMarkdown(lines) {
  const options = await resolveConfig(inRoot('README.md'));
  return format(lines.join('\n'), { ...options, parser: 'markdown' });
}
