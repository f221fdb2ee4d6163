/** What @Type and @Transform have written down. Not part of class-transformer's own types. */
declare module 'class-transformer/cjs/storage.js' {
  import type { TransformFnParams, TransformationType } from 'class-transformer';

  export const defaultMetadataStorage: {
    findTypeMetadata(target: unknown, propertyName: string): { typeFunction(): new () => object } | undefined;
    findTransformMetadatas(
      target: unknown,
      propertyName: string,
      type: TransformationType,
    ): { transformFn: (params: TransformFnParams) => unknown }[];
  };
}
