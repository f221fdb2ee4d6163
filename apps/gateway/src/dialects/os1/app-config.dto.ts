import { LIMITS } from '#domain/limits.js';
import { ApiProperty } from '@nestjs/swagger';
import { APP_PERMISSION } from '../../access/key.dto.js';
import { Text, TextList } from '../../http/fields.js';
import { Os1Meta } from './page.js';

const PERMISSIONS = {
  about: 'What a subscriber must hold one of.',
  example: ['get-users', 'get-user-details', 'update-user'],
  minItems: 1,
  ...APP_PERMISSION,
} as const;

const NAME = {
  about: 'Name that subscribers see; left out, the name of the key.',
  example: 'user-management',
  max: LIMITS.nameChars.max,
  pattern: /\S/,
  optional: true,
} as const;

export class CreateAppConfigDto {
  @TextList(PERMISSIONS)
  permissions!: string[];

  @Text(NAME)
  name?: string;
}

export class UpdateAppConfigDto {
  @TextList({ ...PERMISSIONS, optional: true })
  permissions?: string[];

  @Text({ ...NAME, about: 'Name that subscribers see.' })
  name?: string;
}

export class AppIdDto {
  @ApiProperty({ type: String, description: 'The app’s id.', example: 'app:1234abcd-1aa1-1234-12aa-1234abcd5678' })
  id!: string;
}

export class AppConfigDto extends AppIdDto {
  @ApiProperty({ type: String, description: 'Name that subscribers see.', example: 'user-management' })
  name!: string;

  @ApiProperty({ type: [String], description: 'What a subscriber must hold one of.', example: ['get-users'] })
  permissions!: string[];
}

export class AppConfigDetailsDto extends AppConfigDto {
  @ApiProperty({ type: Os1Meta, description: 'A key has one configuration, so there is one page.' })
  meta!: Os1Meta;
}

export class CreatedAppConfigAnswer {
  @ApiProperty({ type: AppIdDto, description: 'The app.' })
  data!: AppIdDto;
}

export class AppConfigAnswer {
  @ApiProperty({ type: AppConfigDto, description: 'The app.' })
  data!: AppConfigDto;
}

export class AppConfigDetailsAnswer {
  @ApiProperty({ type: AppConfigDetailsDto, description: 'The app.' })
  data!: AppConfigDetailsDto;
}
