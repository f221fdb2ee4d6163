import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import type { DeliveryBody } from '../api/shapes';
import { Answer } from '../ui/answer';
import { CopyButton } from '../ui/copy-button';
import { TextBlock } from '../ui/text-block';
import { curlOf, type SentRequest as Request } from './curl-of';
import { Headers } from './headers';

interface Props {
  deliveryId: string;
  request: Request;
}

/** One request as it was sent, and the same for a shell. All requests of a delivery have the one body, which is read when one is looked at. */
export function SentRequest({ deliveryId, request }: Props) {
  const [isOpen, setOpen] = useState(false);
  const body = useQuery({
    queryKey: ['deliveries', deliveryId, 'body'],
    queryFn: () => ask(api.GET('/v1/deliveries/{id}/body', { params: { path: { id: deliveryId } } })),
    enabled: isOpen,
  });
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {request.method} {request.url}
      </summary>
      <Headers of={request.headers as Record<string, string | string[]>} />
      {isOpen && (
        <Answer of={body} what="the body">
          {(found) => (
            <>
              <Body body={found} />
              <CopyButton text={curlOf(request, found)}>Copy as curl</CopyButton>
              <p className="hint">With the body as it was sent, without signatures. What reads *** is secret and for you to fill in.</p>
            </>
          )}
        </Answer>
      )}
    </details>
  );
}

/** A page is no place for a megabyte. */
const SHOWN_CHARS = 20_000;

function Body({ body: { body, bytes, encoding } }: { body: DeliveryBody }) {
  const isCut = body.length > SHOWN_CHARS;
  return (
    <>
      <p className="hint">
        Body, {bytes} bytes{encoding === 'base64' && ', which are no text: as base64'}
        {isCut && ', by its beginning'}
      </p>
      <TextBlock>{isCut ? `${body.slice(0, SHOWN_CHARS)}…` : body}</TextBlock>
    </>
  );
}
