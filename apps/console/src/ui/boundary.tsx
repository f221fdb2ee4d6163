import { Component, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { NotLoaded } from './late';

/** What cannot be shown gives way to what happened, until one goes somewhere else. */
export function Boundary({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return <Catcher pathname={pathname}>{children}</Catcher>;
}

interface Props {
  pathname: string;
  children: ReactNode;
}

/** React tells only classes of what was thrown below them. */
class Catcher extends Component<Props, { thrown: { error: unknown } | null }> {
  override state: { thrown: { error: unknown } | null } = { thrown: null };

  static getDerivedStateFromError = (error: unknown) => ({ thrown: { error } });

  override componentDidUpdate({ pathname }: Props): void {
    if (pathname !== this.props.pathname && this.state.thrown) this.setState({ thrown: null });
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    return thrown ? <Failure error={thrown.error} /> : this.props.children;
  }
}

const Failure = ({ error }: { error: unknown }) => (
  <div className="error-note" role="alert">
    <p>{sentenceOf(error)}</p>
    <button onClick={() => window.location.reload()}>Reload the page</button>
  </div>
);

function sentenceOf(error: unknown): string {
  if (!(error instanceof NotLoaded)) return `This screen has failed: ${error instanceof Error ? error.message : String(error)}`;
  return error.isOutdated
    ? 'There is a new version of the console, and this screen belongs to the old one. Reload the page to get it.'
    : 'This screen could not be loaded. The gateway may be out of reach.';
}
