import type { SubscriptionSpec } from '#domain/subscription.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { showAuth, storedAuth } from './hook-auth.js';
import { showCallback } from './hook-callback.js';
import { type RetryCountdownConfig, showCountdown } from './retry-countdown.js';

const COUNTDOWN = { choice: 'exponential', kwargs: { base: 2 } };

/** What a hook may be given. */
export class HookInputDto {
  @ApiProperty({ example: 'https://erp.example.com/hooks', maxLength: 255 }) target_url!: string;
  @ApiProperty({ example: 'package.created', maxLength: 124 }) event_type!: string;
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 124,
    description: 'Key of the signature; null: unsigned.',
    example: 'esGmJG',
  })
  secret_key?: string | null;
  @ApiPropertyOptional({ type: Object, description: '`choice` is fixed, linear, exponential or random.', example: COUNTDOWN })
  retry_countdown_config?: RetryCountdownConfig;
  @ApiPropertyOptional({ example: true }) is_active?: boolean;
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 255,
    description: 'Where it is posted what came of each attempt: a url, or a name that the tenant has registered.',
    example: 'https://erp.example.com/attempts',
  })
  callback?: string | null;
  @ApiPropertyOptional({ type: Object, example: { 'X-Channel': '1' } }) additional_headers?: Record<string, string>;
  @ApiPropertyOptional({
    type: Object,
    description:
      'Free members, and `auth`: `{"auth_type":"basic","username","password"}`, or of the type `token` with `url` too, which signs in there first.',
    example: { auth: { auth_type: 'basic', username: 'erp', password: 's3cret' } },
  })
  config?: Record<string, unknown>;
}

/** A hook as the OMS shows it: the `webhook` of a hook event. */
export class HookDto {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ type: Object, example: COUNTDOWN }) retry_countdown_config!: RetryCountdownConfig;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T08:12:18.591Z' }) created_date!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T08:12:18.591Z' }) modified_date!: string;
  @ApiProperty({ example: 'https://erp.example.com/hooks' }) target_url!: string;
  @ApiProperty({ example: true }) is_active!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Shown to its owner alone.', example: 'esGmJG' }) secret_key!: string | null;
  @ApiProperty({ example: 'package.created' }) event_type!: string;
  @ApiProperty({ type: String, nullable: true, example: null }) callback!: string | null;
  @ApiProperty({ type: Object, example: {} }) additional_headers!: Record<string, string>;
  @ApiProperty({ type: Object, description: 'A password is shown masked.', example: {} }) config!: Record<string, unknown>;
}

/** What is read of a subscription, whichever way it was loaded. */
export interface HookRow {
  id: string;
  tenantId: string;
  number: string;
  spec: SubscriptionSpec;
  dialect: string | null;
  dialectFields: Record<string, unknown>;
  enabled: boolean;
  suspendedAt: Date | null;
  deletedAt: Date | null;
  createdAt: Date;
  modifiedAt: Date;
}

export const isActive = ({ enabled, suspendedAt, deletedAt }: HookRow): boolean => enabled && suspendedAt === null && deletedAt === null;

/** `secret` is null for whoever may not see it. */
export const toHook = (row: HookRow, secret: string | null): HookDto => ({
  id: Number(row.number),
  retry_countdown_config: showCountdown(row.spec.failureHandling.retry),
  created_date: row.createdAt.toISOString(),
  modified_date: row.modifiedAt.toISOString(),
  target_url: row.spec.url,
  is_active: isActive(row),
  secret_key: secret,
  event_type: eventTypeOf(row.spec),
  callback: showCallback(row.spec.callback),
  additional_headers: showHeaders(row.spec),
  config: showConfig(row),
});

/** The one type of a hook; of a subscription that was given several since, the first. */
export const eventTypeOf = ({ eventTypes: [first = '*'] }: SubscriptionSpec): string => first;

/** Secret headers have no place here: they are kept as they are. */
const showHeaders = ({ headers }: SubscriptionSpec): Record<string, string> =>
  Object.fromEntries(headers.filter(({ secret }) => !secret).map(({ name, values }) => [name, values.join(', ')]));

/** Credentials that the OMS has no words for are kept, and not shown. */
function showConfig(row: HookRow): Record<string, unknown> {
  const stored = storedAuth(row);
  const auth = stored && showAuth(stored);
  return auth ? { ...row.spec.metadata, auth } : row.spec.metadata;
}
