import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Permission } from './permissions.js';

/** What a route asks of its caller. */
export type RouteAccess = { kind: 'public' } | { kind: 'key'; operatorOnly: boolean; permissions: readonly Permission[] };

/** Metadata key under which a controller or a handler says what it asks for; the handler's word counts. */
export const ROUTE_ACCESS = 'tidings:route-access';

const withKey = (operatorOnly: boolean, permissions: readonly Permission[]): ClassDecorator & MethodDecorator =>
  applyDecorators(
    SetMetadata(ROUTE_ACCESS, { kind: 'key', operatorOnly, permissions } satisfies RouteAccess),
    ApiBearerAuth(),
    ApiExtension('x-permissions', operatorOnly ? ['operator', ...permissions] : permissions),
  );

/** The route needs a key that holds every one of these permissions. */
export const Requires = (...permissions: [Permission, ...Permission[]]): ClassDecorator & MethodDecorator => withKey(false, permissions);

/** The route needs an operator's key, which also holds these permissions. */
export const OperatorOnly = (...permissions: Permission[]): ClassDecorator & MethodDecorator => withKey(true, permissions);

/** The route needs a key, whatever it may do: it tells its holder about themselves. */
export const AnyKey = (): ClassDecorator & MethodDecorator => withKey(false, []);

/** The route needs no key. */
export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(ROUTE_ACCESS, { kind: 'public' } satisfies RouteAccess), ApiSecurity({}));
