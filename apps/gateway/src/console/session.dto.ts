import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../http/fields.js';

const KEY_CHARS = 512;

export class SignInDto {
  @Text({ about: 'An API key.', example: 'tk_…', max: KEY_CHARS, pattern: /^\S+$/ })
  key!: string;
}

/** Who is signed in to the console, and what it may offer them. */
export class SessionDto {
  @ApiProperty({ description: 'The key’s name.', example: 'operations' })
  keyName!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The key’s tenant; null: an operator’s key.' })
  tenantId!: string | null;

  @ApiProperty({ type: [String], description: 'What the key was granted, wildcards included.' })
  permissions!: string[];
}
