import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useMay } from '../session/session';

interface Props {
  /** What a key needs to see what it leads to. */
  may: string;
  to: string;
  children: ReactNode;
}

/** A way to what the key may see; for any other key its words alone, since the way would end in a refusal. */
export const MayLink = ({ may, to, children }: Props) => (useMay(may) ? <Link to={to}>{children}</Link> : <>{children}</>);
