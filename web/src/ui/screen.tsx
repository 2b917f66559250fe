import { useEffect, useRef, type ReactNode } from 'react';
import { LanguageSwitch } from '../messages/language-switch.tsx';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { Icon } from './icon.tsx';
import './screen.css';

interface Props {
  readonly title: string;
  /** Language of the title where it is not the page's own. */
  readonly lang?: string | undefined;
  /** Stands above the heading. */
  readonly before?: ReactNode;
  readonly children: ReactNode;
  readonly width?: 'wide' | 'narrow';
  /** Nothing that leads away: for a session, which every link would end. */
  readonly bare?: boolean;
}

/** A whole page with its heading. The heading takes the focus once, so that a screen reader says where one has come. */
export function Screen({ title, lang, before, children, width = 'wide', bare = false }: Props) {
  const messages = useMessages();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${messages.name}`;
  }, [title, messages]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  const wordmark = (
    <>
      <img src="/icon.svg" alt="" width="28" height="28" />
      {messages.name}
    </>
  );
  return (
    <>
      <header className="masthead">
        {bare ? <span className="wordmark">{wordmark}</span> : <a className="wordmark" href={href.home}>{wordmark}</a>}
        {!bare && (
          <nav className="masthead-ways">
            <a href={href.history}><Icon name="history" />{messages.history}</a>
            <LanguageSwitch />
          </nav>
        )}
      </header>
      <main className={`screen screen-${width}`}>
        {before}
        <h1 ref={heading} tabIndex={-1} lang={lang}>{title}</h1>
        {children}
      </main>
    </>
  );
}
