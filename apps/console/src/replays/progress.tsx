import type { Replay } from '../api/shapes';

/** How far a replay has come, as a bar and in numbers. */
export const Progress = ({ replay: { processed, total } }: { replay: Replay }) => (
  <label className="progress">
    <progress value={processed} max={Math.max(total, processed, 1)} />
    <span>
      {processed} of {total}
    </span>
  </label>
);
