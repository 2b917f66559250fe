import { useEffect, useRef, type ReactNode } from 'react';
import { useMessages } from '../messages/messages.ts';
import './screen.css';

/** A whole page with its heading. The heading takes the focus, so that a screen reader says where one has come. */
export function Screen({ title, lang, before, children, narrow = false }: { title: string; lang?: string | undefined; before?: ReactNode; children: ReactNode; narrow?: boolean }) {
  const messages = useMessages();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${messages.name}`;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [title, messages]);
  return (
    <>
      <header className="masthead">
        <a className="wordmark" href="#">
          <img src="/icon.svg" alt="" width="28" height="28" />
          {messages.name}
        </a>
      </header>
      <main className={narrow ? 'screen screen-narrow' : 'screen'}>
        {before}
        <h1 ref={heading} tabIndex={-1} lang={lang}>{title}</h1>
        {children}
      </main>
    </>
  );
}
