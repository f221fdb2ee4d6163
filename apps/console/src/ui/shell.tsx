import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { signOut, useSession } from '../session/session';
import { screensOf } from './screens';
import { ErrorNote } from './states';
import { ThemeSwitch } from './theme-switch';

/** The frame around every screen: where one can go, and who one is. */
export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  const leave = useMutation({ mutationFn: signOut });
  return (
    <div className="shell">
      <a className="skip" href="#screen">
        Skip to the screen
      </a>
      <header>
        <span className="brand">Tidings</span>
        <nav aria-label="Screens">
          {screensOf(session).map(({ to, name }) => (
            <NavLink key={to} to={to} end={to === '/'}>
              {name}
            </NavLink>
          ))}
        </nav>
        <div className="who">
          <ThemeSwitch />
          <span title={session.tenantId ?? 'operator'}>{session.keyName}</span>
          <button disabled={leave.isPending} onClick={() => leave.mutate()}>
            Sign out
          </button>
        </div>
      </header>
      {leave.error && <ErrorNote error={leave.error} />}
      <main id="screen" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
