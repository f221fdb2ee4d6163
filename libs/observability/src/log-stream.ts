import { type DestinationStream, pino } from 'pino';

/** Characters that wait for a log that nobody reads; what comes on top of them is dropped and counted. */
const MAX_WAITING = 1024 * 1024;

let stream: DestinationStream | undefined;
let dropped = 0;

/**
 * Standard output for log lines, one per process. A line is written in the background, so that neither a reader that has gone, nor one that does
 * not read, nor a full disk holds up or ends the process: then lines are dropped instead. What waits is written when the process exits.
 */
export function logStream(): DestinationStream {
  if (stream) return stream;
  const opened = pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING });
  const noteDropped = (): void => {
    dropped++;
  };
  opened.on('drop', noteDropped);
  // Without a listener an error would end the process.
  opened.on('error', noteDropped);
  return (stream = opened);
}

/** Lines dropped so far, as far as is known: none is counted once the reader has gone. */
export const droppedLogLines = (): number => dropped;
