import { v7 } from 'uuid';

/** A new time-ordered uuid (version 7): ids made later in one process sort later. */
export const newUuid = (): string => v7();
