import type { ExerciseList } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';
import { failureWords } from '../ui/failure-words.ts';
import { Screen } from '../ui/screen.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { ContinueCard } from './continue-card.tsx';
import { ExerciseCard } from './exercise-card.tsx';
import { FilterBar } from './filter-bar.tsx';
import { fits, NO_FILTER, type Filter } from './filter.ts';
import type { Exercises } from './use-exercises.ts';
import { useResumable } from './use-resumable.ts';
import './home-screen.css';

/** So few are seen at a glance. */
const FILTER_FROM = 3;

interface Props {
  readonly exercises: Exercises;
  /** The address named an exercise that is not among them. */
  readonly unknown: boolean;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly onReload: () => void;
}

/** All exercises, to choose one; above them the one that is still going on. */
export function HomeScreen({ exercises, unknown, filter, onFilter, onReload }: Props) {
  const messages = useMessages();
  const resumable = useResumable();
  const known = exercises.status === 'ready' && resumable !== 'asking';
  return (
    <Screen title={messages.home.title}>
      <p className="lead">{messages.home.lead}</p>
      {exercises.status === 'failed' && <Failed exercises={exercises} onReload={onReload} />}
      {exercises.status !== 'failed' && !known && <Outline />}
      {known && unknown && <p className="page-note" role="status">{messages.home.unknown}</p>}
      {known && resumable && <ContinueCard session={resumable} />}
      {known && <Choice list={exercises.value} filter={filter} onFilter={onFilter} />}
    </Screen>
  );
}

function Failed({ exercises, onReload }: { exercises: Extract<Exercises, { status: 'failed' }>; onReload: () => void }) {
  const messages = useMessages();
  const { message, fix, lang } = failureWords(exercises.failure, messages);
  return (
    <Trouble message={`${messages.home.failed}. ${message}`} fix={fix} lang={lang}>
      <button type="button" onClick={onReload}>{messages.retry}</button>
    </Trouble>
  );
}

/** Where the exercises will stand. */
function Outline() {
  const messages = useMessages();
  return (
    <>
      <p className="unseen" role="status">{messages.loading}</p>
      <div className="exercises" aria-hidden="true">
        {[1, 2, 3].map((card) => <div key={card} className="card card-outline" />)}
      </div>
    </>
  );
}

function Choice({ list: { exercises, coach }, filter, onFilter }: { list: ExerciseList; filter: Filter; onFilter: (filter: Filter) => void }) {
  const messages = useMessages();
  if (exercises.length === 0) return <Trouble message={messages.home.empty} fix={messages.home.emptyFix} />;
  const found = exercises.filter((exercise) => fits(exercise, filter));
  return (
    <section className="choice" aria-labelledby="exercises">
      <h2 id="exercises" className="unseen">{messages.home.exercises}</h2>
      {coach === 'scripted' && (
        <p className="coach-kind">
          <strong>{messages.home.scripted}</strong> {messages.home.scriptedMeans}
        </p>
      )}
      {exercises.length >= FILTER_FROM && <FilterBar exercises={exercises} filter={filter} hits={found.length} onFilter={onFilter} />}
      {found.length === 0 && (
        <div className="empty">
          <p><strong>{messages.filter.none}</strong></p>
          <p>{messages.filter.noneFix}</p>
          <button type="button" onClick={() => onFilter(NO_FILTER)}>{messages.filter.clear}</button>
        </div>
      )}
      <ul className="exercises">
        {found.map((exercise) => <li key={exercise.id}><ExerciseCard exercise={exercise} /></li>)}
      </ul>
    </section>
  );
}
