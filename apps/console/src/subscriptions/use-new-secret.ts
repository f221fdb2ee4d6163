import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/**
 * The signing secret that the screen before had made, handed over with the navigation. It is taken out of the browser's history at once, so
 * that neither a reload nor the way back shows it again. For a component that is made anew with each subscription.
 */
export function useNewSecret(): string | undefined {
  const go = useNavigate();
  const { pathname, state } = useLocation() as { pathname: string; state: { secret?: string } | null };
  const handed = state?.secret;
  const [secret] = useState(handed);
  useEffect(() => {
    if (handed !== undefined) void go(pathname, { replace: true, state: null });
  }, [handed, go, pathname]);
  return secret;
}
