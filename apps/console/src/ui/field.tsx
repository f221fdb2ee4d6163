import { type ReactNode, useId } from 'react';
import { Problem } from '../api/client';

/** What the API says about one place of the request: the member itself or anything under it. */
export const faultsAt = (error: Error | null, path: string): string[] =>
  error instanceof Problem
    ? error.fields.filter((one) => one.path === path || one.path.startsWith(`${path}/`)).map((one) => one.message)
    : [];

/** To be put on the control that a field is about. */
export interface ControlProps {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string;
}

interface Props {
  label: string;
  hint?: ReactNode;
  faults?: string[];
  children: (control: ControlProps) => ReactNode;
}

/** A labelled control with what is wrong with it beside it, for eyes and ears. */
export function Field({ label, hint, faults = [], children }: Props) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': faults.length > 0, 'aria-describedby': about })}
      <div id={about}>
        {hint && <span className="hint">{hint}</span>}
        {faults.map((fault) => (
          <p key={fault} className="fault" role="alert">
            {fault}
          </p>
        ))}
      </div>
    </div>
  );
}
