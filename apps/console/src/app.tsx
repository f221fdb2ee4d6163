import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { SignIn } from './session/sign-in';
import { mayDo, SessionContext, useCurrentSession, useSession } from './session/session';
import { screensOf } from './ui/screens';
import { Shell } from './ui/shell';
import { Empty, Loading } from './ui/states';

/** A screen is loaded when it is first opened, so that the first page stays small. */
const Overview = lazy(() => import('./overview/overview'));
const Outbound = lazy(() => import('./outbound/outbound'));
const Deliveries = lazy(() => import('./deliveries/deliveries'));
const Delivery = lazy(() => import('./deliveries/delivery'));
const Events = lazy(() => import('./events/events'));
const Event = lazy(() => import('./events/event'));
const PublishEvent = lazy(() => import('./events/publish-event'));
const Subscriptions = lazy(() => import('./subscriptions/subscriptions'));
const Subscription = lazy(() => import('./subscriptions/subscription'));
const CreateSubscription = lazy(() => import('./subscriptions/create-subscription'));
const EditSubscription = lazy(() => import('./subscriptions/edit-subscription'));
const Replays = lazy(() => import('./replays/replays'));
const CreateReplay = lazy(() => import('./replays/create-replay'));
const Replay = lazy(() => import('./replays/replay'));
const Diverted = lazy(() => import('./diverted/diverted'));
const Apps = lazy(() => import('./catalog/apps'));
const CatalogApp = lazy(() => import('./catalog/app'));
const Keys = lazy(() => import('./keys/keys'));
const Tenants = lazy(() => import('./tenants/tenants'));
const Tenant = lazy(() => import('./tenants/tenant'));
const Audit = lazy(() => import('./audit/audit'));

/** Who is not signed in sees the sign-in, at whatever address; everybody else the screen of the address. */
export function App() {
  const { session, isLoading } = useCurrentSession();
  if (isLoading) return <Loading what="the console" />;
  if (!session) return <SignIn />;
  const mayOverview = mayDo(session, 'deliveries:list');
  return (
    <SessionContext value={session}>
      <Shell>
        <Suspense fallback={<Loading what="the screen" />}>
          <Routes>
            {mayOverview && <Route path="/" element={<Overview />} />}
            <Route path="/outbound" element={<Outbound />} />
            <Route path="/deliveries" element={<Deliveries />} />
            <Route path="/deliveries/:id" element={<Delivery />} />
            <Route path="/events" element={<Events />} />
            <Route path="/events/publish" element={<PublishEvent />} />
            <Route path="/events/:id" element={<Event />} />
            <Route path="/subscriptions" element={<Subscriptions />} />
            <Route path="/subscriptions/new" element={<CreateSubscription />} />
            <Route path="/subscriptions/:id" element={<Subscription />} />
            <Route path="/subscriptions/:id/edit" element={<EditSubscription />} />
            <Route path="/replays" element={<Replays />} />
            <Route path="/replays/new" element={<CreateReplay />} />
            <Route path="/replays/:id" element={<Replay />} />
            <Route path="/diverted" element={<Diverted />} />
            <Route path="/catalog" element={<Apps />} />
            <Route path="/catalog/:id" element={<CatalogApp />} />
            <Route path="/keys" element={<Keys />} />
            <Route path="/tenants" element={<Tenants />} />
            <Route path="/tenants/:id" element={<Tenant />} />
            <Route path="/audit" element={<Audit />} />
            <Route path="*" element={<Start />} />
          </Routes>
        </Suspense>
      </Shell>
    </SessionContext>
  );
}

/** Any other address leads to the first screen that the key may see. */
function Start() {
  const [first] = screensOf(useSession());
  return first ? <Navigate to={first.to} replace /> : <Empty>This key may see nothing here.</Empty>;
}
