import type { Explained } from '../api/shapes';
import { Headers } from '../deliveries/headers';
import { TextBlock } from '../ui/text-block';

/** Each check's verdict and the request: the answer to "would it arrive, and as what". */
export function PreviewResult({ result: { matched, verdicts, request, error } }: { result: Explained }) {
  return (
    <div aria-live="polite">
      <p>
        <span className={`mark ${matched ? 'good' : 'bad'}`}>{matched ? 'would be delivered' : 'would not be delivered'}</span>
      </p>
      <ul>
        {verdicts.map(({ check, passed, reason, detail }) => (
          <li key={check}>
            {check}: <span className={`mark ${passed ? 'good' : 'bad'}`}>{reason}</span> {detail}
          </li>
        ))}
      </ul>
      {error && (
        <p className="error-note">
          {error.detail} <code>{error.code}</code>
        </p>
      )}
      {request && (
        <>
          <p>
            <code>
              {request.method} {request.url}
            </code>
          </p>
          <Headers of={request.headers} />
          <TextBlock>{pretty(request.body)}</TextBlock>
        </>
      )}
    </div>
  );
}

/** A body of JSON with its lines; any other as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
