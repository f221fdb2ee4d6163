import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { mayDo, signOut, useSession } from '../session/session';
import { ThemeSwitch } from './theme-switch';

interface Screen {
  to: string;
  name: string;
  /** What a key needs to see it. */
  permission: string;
  /** Whose keys it is for. */
  of: 'tenant' | 'anybody';
}

const SCREENS: Screen[] = [
  { to: '/deliveries', name: 'Deliveries', permission: 'deliveries:list', of: 'tenant' },
  { to: '/events', name: 'Events', permission: 'events:list', of: 'tenant' },
];

/** The frame around every screen: where one can go, and who one is. */
export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  const screens = SCREENS.filter(({ permission, of }) => mayDo(session, permission) && (of !== 'tenant' || session.tenantId !== null));
  return (
    <div className="shell">
      <a className="skip" href="#screen">
        Skip to the screen
      </a>
      <header>
        <span className="brand">Tidings</span>
        <nav aria-label="Screens">
          {screens.map(({ to, name }) => (
            <NavLink key={to} to={to}>
              {name}
            </NavLink>
          ))}
        </nav>
        <div className="who">
          <ThemeSwitch />
          <span title={session.tenantId ?? 'operator'}>{session.keyName}</span>
          <button onClick={() => void signOut()}>Sign out</button>
        </div>
      </header>
      <main id="screen" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
