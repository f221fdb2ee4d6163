import type { Replay } from '../api/shapes';

const TONES: Record<Replay['state'], string> = {
  queued: '',
  running: 'sending',
  paused: 'warn',
  done: 'good',
  cancelled: '',
  failed: 'bad',
};

export const ReplayMark = ({ state }: { state: Replay['state'] }) => <span className={`mark ${TONES[state]}`}>{state}</span>;
