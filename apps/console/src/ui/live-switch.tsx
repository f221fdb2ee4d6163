interface Props {
  isLive: boolean;
  setLive: (isLive: boolean) => void;
}

/** Whether a screen follows along. A tab that nobody looks at does not. */
export const LiveSwitch = ({ isLive, setLive }: Props) => (
  <label className="tick switch">
    <input type="checkbox" checked={isLive} onChange={({ target }) => setLive(target.checked)} />
    Live
  </label>
);
