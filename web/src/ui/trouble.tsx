import type { ReactNode } from 'react';
import './trouble.css';

/** Something does not work: what, what to do about it, and the way on. */
export function Trouble({ message, fix, lang, children }: { message: string; fix: string; lang?: string | undefined; children?: ReactNode }) {
  return (
    <div className="trouble" role="alert">
      <p lang={lang}><strong>{message}</strong></p>
      <p lang={lang}>{fix}</p>
      {children && <div className="row">{children}</div>}
    </div>
  );
}
