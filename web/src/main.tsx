import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { PageLanguage } from './messages/page-language.tsx';

const page = document.getElementById('page');
if (page) createRoot(page).render(<PageLanguage><App /></PageLanguage>);
