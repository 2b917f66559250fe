import { useContext } from 'react';
import { LANGUAGES, SpeakContext, useMessages } from './messages.ts';

/** The other languages of the page, each by its own name. */
export function LanguageSwitch() {
  const messages = useMessages();
  const speak = useContext(SpeakContext);
  const others = Object.values(LANGUAGES).filter(({ language }) => language !== messages.language);
  return (
    <span role="group" aria-label={messages.chooseLanguage}>
      {others.map(({ language, languageName }) => (
        <button key={language} type="button" className="quiet language" lang={language} onClick={() => speak(language)}>{languageName}</button>
      ))}
    </span>
  );
}
