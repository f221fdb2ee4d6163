import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { components } from '../api/schema';
import type { NewReplay, Replay } from '../api/shapes';
import { Heading } from '../ui/heading';
import { ErrorNote } from '../ui/states';
import { Up } from '../ui/up';
import { ReplayFields } from './replay-fields';
import { startOf, toReplay } from './replay-draft';

type Count = components['schemas']['ReplayCountDto'];

const post = (body: NewReplay) => ask(api.POST('/v1/replays', { body }));

/** Only counts. */
async function countOf(body: NewReplay): Promise<Count> {
  const answer = await post({ ...body, dryRun: true });
  if (!('isExact' in answer)) throw new Error('The gateway has not counted.');
  return answer;
}

/** Starts it. */
async function start(body: NewReplay): Promise<Replay> {
  const answer = await post(body);
  if (!('id' in answer)) throw new Error('The gateway has only counted.');
  return answer;
}

/** A new replay. It is counted before it is started, so that nobody sends a flood unawares. */
export default function CreateReplay() {
  const go = useNavigate();
  const [params] = useSearchParams();
  const [draft, setDraft] = useState(() => startOf(params, Date.now()));
  const [counted, setCounted] = useState<NewReplay | null>(null);
  const count = useMutation({
    mutationFn: countOf,
    onSuccess: (_, body) => setCounted(body),
  });
  const create = useMutation({
    mutationFn: start,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['replays'] });
      await go(`/replays/${id}`);
    },
  });
  const error = create.error ?? count.error;
  const change = (next: typeof draft): void => {
    setDraft(next);
    setCounted(null);
  };
  return (
    <>
      <Up to="/replays" />
      <Heading title="New replay" />
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (counted) create.mutate(counted);
          else count.mutate(toReplay(draft));
        }}
      >
        <ReplayFields draft={draft} onChange={change} error={error} />
        {error && <ErrorNote error={error} />}
        <p role="status">{counted && count.data && sentence(count.data)}</p>
        <p className="actions">
          <button className="primary" disabled={count.isPending || create.isPending || (counted !== null && count.data?.count === 0)}>
            {counted && count.data ? `Replay ${count.data.isExact ? count.data.count : 'them'}` : 'Count'}
          </button>
        </p>
      </form>
    </>
  );
}

const sentence = ({ count, examined, isExact, total }: Count): string =>
  isExact
    ? `It would send ${count} of the ${total} it looks at.`
    : `It would send ${count} of the oldest ${examined} it looks at; there are ${total} in all.`;
