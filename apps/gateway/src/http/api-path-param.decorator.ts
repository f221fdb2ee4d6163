import { ApiParam } from '@nestjs/swagger';

/** Documents a part of the path. */
export const ApiPathParam = (name: string, description: string, example: string): MethodDecorator & ClassDecorator =>
  ApiParam({ name, type: String, description, example });
