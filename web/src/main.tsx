import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { chooseMessages, MessagesContext } from './messages/messages.ts';

const messages = chooseMessages(location.search);
document.documentElement.lang = messages.language;

const page = document.getElementById('page');
if (page) {
  createRoot(page).render(
    <MessagesContext value={messages}>
      <App />
    </MessagesContext>,
  );
}
