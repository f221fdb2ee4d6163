import { ErrorNote } from './states';

interface Props {
  /** The change that the form asks for. */
  saving: { error: Error | null; isPending: boolean };
  onLeave: () => void;
}

/** How a form ends that changes something: what was wrong, and its two ways out. */
export const SaveOrLeave = ({ saving, onLeave }: Props) => (
  <>
    {saving.error && <ErrorNote error={saving.error} />}
    <p className="actions">
      <button className="primary" disabled={saving.isPending}>
        Save
      </button>
      <button type="button" onClick={onLeave}>
        Leave it
      </button>
    </p>
  </>
);
