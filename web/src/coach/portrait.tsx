import { FACES } from './faces.tsx';
import './portrait.css';

/** The coach's face; coaches of one first name have one face. One whom nobody has drawn is an initial. */
export function Portrait({ name }: { name: string }) {
  const first = (name.trim().split(/\s+/, 1)[0] ?? '').toLowerCase();
  const Face = FACES[first];
  return Face
    ? <svg className="portrait" viewBox="10 12 100 100" width="56" height="56" aria-hidden="true" focusable="false"><Face /></svg>
    : <span className="portrait portrait-initial" aria-hidden="true">{name.trim().charAt(0).toUpperCase()}</span>;
}
