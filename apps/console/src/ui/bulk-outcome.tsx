import type { Bulk } from './bulk';

interface Props {
  bulk: Bulk;
  /** What was done, as in "3 sent again". */
  done: string;
}

/** How far something that is done to many has come, with a way to stop it; then what it came to, and what failed for which reason. */
export function BulkOutcome({ bulk, done }: Props) {
  const { isPending, progress, data, error } = bulk;
  return (
    <>
      {isPending && (
        <>
          <label className="progress">
            <progress value={progress.asked} max={Math.max(1, progress.of)} />
            <span>
              {progress.asked} of {progress.of}
            </span>
          </label>
          <button type="button" onClick={bulk.stop}>
            Stop
          </button>
        </>
      )}
      <div role="status">
        {isPending && 'Working …'}
        {!isPending && data && (
          <>
            {data.done.length} {done}.{data.left > 0 && ` Stopped, with ${data.left} left.`}
            {data.refused.length > 0 && (
              <ul>
                {data.refused.map(([why, count]) => (
                  <li key={why}>
                    {count} refused: {why}
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
        {!isPending && error?.message}
      </div>
    </>
  );
}
