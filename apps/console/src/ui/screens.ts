import { mayDo, type Session } from '../session/session';

interface Screen {
  to: string;
  name: string;
  /** What a key needs to see it. */
  permission: string;
  /** Whose keys it is for. */
  of: 'tenant' | 'operator' | 'anybody';
}

const SCREENS: Screen[] = [
  { to: '/', name: 'Overview', permission: 'deliveries:list', of: 'anybody' },
  { to: '/deliveries', name: 'Deliveries', permission: 'deliveries:list', of: 'tenant' },
  { to: '/events', name: 'Events', permission: 'events:list', of: 'tenant' },
  { to: '/subscriptions', name: 'Subscriptions', permission: 'subscriptions:list', of: 'tenant' },
  { to: '/replays', name: 'Replays', permission: 'deliveries:resend', of: 'tenant' },
  { to: '/outbound', name: 'Outbound', permission: 'deliveries:list', of: 'tenant' },
  { to: '/diverted', name: 'Diverted', permission: 'diverted:list', of: 'tenant' },
  { to: '/catalog', name: 'Catalog', permission: 'apps:list', of: 'tenant' },
  { to: '/tenants', name: 'Tenants', permission: 'tenants:list', of: 'operator' },
  { to: '/keys', name: 'Keys', permission: 'keys:list', of: 'anybody' },
  { to: '/audit', name: 'Audit', permission: 'audit:list', of: 'anybody' },
];

const isFor = ({ of }: Screen, { tenantId }: Session): boolean => of === 'anybody' || (of === 'tenant') === (tenantId !== null);

/** The screens that this key has something to see on; the first is where it starts. */
export const screensOf = (session: Session): Screen[] =>
  SCREENS.filter((screen) => mayDo(session, screen.permission) && isFor(screen, session));
