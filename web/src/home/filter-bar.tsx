import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';
import { choices, NO_FILTER, type Filter } from './filter.ts';
import './filter-bar.css';

interface Props {
  readonly exercises: readonly ExerciseView[];
  readonly filter: Filter;
  readonly hits: number;
  readonly onFilter: (filter: Filter) => void;
}

/** What to practise, how hard, how long, in which language: a list for each of which there are several. */
export function FilterBar({ exercises, filter, hits, onFilter }: Props) {
  const messages = useMessages();
  const words = messages.filter;
  const there = choices(exercises);
  const languageName = (code: string): string => new Intl.DisplayNames([messages.language], { type: 'language' }).of(code) ?? code;
  const change = (changes: Partial<Filter>): void => onFilter({ ...filter, ...changes });
  return (
    <div className="filter" role="search" aria-label={words.title}>
      <Choice name={words.area} options={there.area} chosen={filter.area} label={(area) => area} onChoose={(area) => change({ area })} />
      <Choice name={words.difficulty} options={there.difficulty} chosen={filter.difficulty} label={(difficulty) => messages.difficulty[difficulty]} onChoose={(difficulty) => change({ difficulty })} />
      <Choice name={words.duration} options={there.duration} chosen={filter.duration} label={(duration) => words[duration]} onChoose={(duration) => change({ duration })} />
      <Choice name={words.language} options={there.language} chosen={filter.language} label={languageName} onChoose={(language) => change({ language })} />
      <p className="filter-hits hint" role="status">{words.count(hits)}</p>
      {filter !== NO_FILTER && <button type="button" className="quiet" onClick={() => onFilter(NO_FILTER)}>{words.clear}</button>}
    </div>
  );
}

interface ChoiceProps<Option extends string> {
  readonly name: string;
  readonly options: readonly Option[];
  readonly chosen: Option | undefined;
  readonly label: (option: Option) => string;
  readonly onChoose: (option: Option | undefined) => void;
}

function Choice<Option extends string>({ name, options, chosen, label, onChoose }: ChoiceProps<Option>) {
  const { filter: words } = useMessages();
  if (options.length === 0) return null;
  return (
    <label className="filter-choice">
      <span>{name}</span>
      <select value={chosen ?? ''} onChange={({ target }) => onChoose(options.find((option) => option === target.value))}>
        <option value="">{words.any}</option>
        {options.map((option) => <option key={option} value={option}>{label(option)}</option>)}
      </select>
    </label>
  );
}
