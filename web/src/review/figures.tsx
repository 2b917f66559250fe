import type { ReactNode } from 'react';
import './figures.css';

export interface Figure {
  readonly name: string;
  readonly value: ReactNode;
  /** Said of the value, smaller, under it. */
  readonly detail?: string | undefined;
  /** Takes a line of its own. */
  readonly wide?: boolean;
}

/** Numbers with their names, side by side. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className="figures">
      {figures.map(({ name, value, detail, wide = false }) => (
        <div key={name} className={wide ? 'figure-wide' : undefined}>
          <dt>{name}</dt>
          <dd>{value}{detail && <small>{detail}</small>}</dd>
        </div>
      ))}
    </dl>
  );
}
