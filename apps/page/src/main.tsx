import { render } from 'preact';
import { showEvent } from './address/current.ts';
import { App } from './app.tsx';
import { focusFilter } from './bar/draft.ts';

const root = document.querySelector('#app');
if (root) render(<App />, root);

addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea');
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    focusFilter();
  }
  if (event.key === 'Escape' && !isTyping) showEvent(undefined);
});
