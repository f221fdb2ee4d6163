import { CopyButton } from './copy-button';

/** A secret that the API shows here and nowhere else. */
export const ShownOnce = ({ what, secret }: { what: string; secret: string }) => (
  <div className="card shown-once" role="status">
    <p>
      <strong>{what}</strong> It is shown this once: keep it now.
    </p>
    <pre>{secret}</pre>
    <CopyButton text={secret}>Copy</CopyButton>
  </div>
);
