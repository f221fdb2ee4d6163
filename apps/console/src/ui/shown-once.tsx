import { CopyButton } from './copy-button';
import { TextBlock } from './text-block';

/** A secret that the API shows here and nowhere else. */
export const ShownOnce = ({ what, secret }: { what: string; secret: string }) => (
  <div className="card shown-once" role="status">
    <p>
      <strong>{what}</strong> It is shown this once: keep it now.
    </p>
    <TextBlock>{secret}</TextBlock>
    <CopyButton text={secret}>Copy</CopyButton>
  </div>
);
