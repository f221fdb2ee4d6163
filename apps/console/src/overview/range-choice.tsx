import { RANGES, type TimeRange } from './ranges';

/** Which time the screen covers: one of a few, as radio buttons that look like one control. */
export const RangeChoice = ({ range, onChoose }: { range: TimeRange; onChoose: (name: string) => void }) => (
  <fieldset className="segments">
    <legend className="unseen">Time range</legend>
    {RANGES.map(({ name, label }) => (
      <label key={name} title={label}>
        <input type="radio" name="range" aria-label={label} checked={name === range.name} onChange={() => onChoose(name)} />
        <span aria-hidden="true">{name.replace('m', ' min').replace(/([hd])$/, ' $1')}</span>
      </label>
    ))}
  </fieldset>
);
