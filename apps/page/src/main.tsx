import { render } from 'preact';
import { setPageParameter } from './address/current.ts';
import { App } from './app.tsx';
import { focusFilter } from './bar/draft.ts';

const root = document.querySelector('#app');
if (root) render(<App />, root);

addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    focusFilter();
  }
  if (event.key === 'Escape' && !isTyping) setPageParameter('view.event', undefined);
});
