import { Link } from 'react-router';
import { useSession } from '../session/session';
import { screensOf } from './screens';

/** The way from one thing to the list it stands in, for keys that may see that. `to`: the list's screen. */
export function Up({ to }: { to: string }) {
  const screen = screensOf(useSession()).find((one) => one.to === to);
  return screen ? (
    <p className="up">
      <Link to={to}>
        <span aria-hidden="true">← </span>
        {screen.name}
      </Link>
    </p>
  ) : null;
}
