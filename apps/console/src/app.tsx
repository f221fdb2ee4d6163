import { Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { SignIn } from './session/sign-in';
import { mayDo, type Session, SessionContext, useCurrentSession, useSession } from './session/session';
import { Answer } from './ui/answer';
import { Boundary } from './ui/boundary';
import { late } from './ui/late';
import { screensOf } from './ui/screens';
import { Shell } from './ui/shell';
import { Empty, Loading } from './ui/states';

const Overview = late(() => import('./overview/overview'));
const Outbound = late(() => import('./outbound/outbound'));
const Deliveries = late(() => import('./deliveries/deliveries'));
const Delivery = late(() => import('./deliveries/delivery'));
const Events = late(() => import('./events/events'));
const Event = late(() => import('./events/event'));
const PublishEvent = late(() => import('./events/publish-event'));
const Subscriptions = late(() => import('./subscriptions/subscriptions'));
const Subscription = late(() => import('./subscriptions/subscription'));
const CreateSubscription = late(() => import('./subscriptions/create-subscription'));
const EditSubscription = late(() => import('./subscriptions/edit-subscription'));
const Replays = late(() => import('./replays/replays'));
const CreateReplay = late(() => import('./replays/create-replay'));
const Replay = late(() => import('./replays/replay'));
const Diverted = late(() => import('./diverted/diverted'));
const Apps = late(() => import('./catalog/apps'));
const CatalogApp = late(() => import('./catalog/app'));
const Keys = late(() => import('./keys/keys'));
const Tenants = late(() => import('./tenants/tenants'));
const Tenant = late(() => import('./tenants/tenant'));
const Audit = late(() => import('./audit/audit'));

/** Who is not signed in sees the sign-in, at whatever address; everybody else the screen of the address. */
export function App() {
  return (
    <Answer of={useCurrentSession()} what="the console">
      {(session) => (session ? <Screens session={session} /> : <SignIn />)}
    </Answer>
  );
}

function Screens({ session }: { session: Session }) {
  const mayOverview = mayDo(session, 'deliveries:list');
  return (
    <SessionContext value={session}>
      <Shell>
        <Boundary>
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
        </Boundary>
      </Shell>
    </SessionContext>
  );
}

/** Any other address leads to the first screen that the key may see. */
function Start() {
  const [first] = screensOf(useSession());
  return first ? <Navigate to={first.to} replace /> : <Empty>This key may see nothing here.</Empty>;
}
