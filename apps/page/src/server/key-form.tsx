import type { Failure } from './describe-error.ts';
import { key, setKey } from './key.ts';

/** Asks for a key after the server has refused a request. */
export function KeyForm({ failure }: { readonly failure: Failure }) {
  function save(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = String(new FormData(form).get('key') ?? '').trim();
    if (value !== '') setKey(value);
  }
  return (
    <form class="key-form" onSubmit={save}>
      <p role="alert">{failure.sentence}</p>
      <label>
        Key
        <input name="key" type="password" autocomplete="off" required />
      </label>
      <button type="submit">Use this key</button>
      <p class="muted">
        It is kept until you close this tab.{key.value === undefined ? '' : ' The present key was refused.'}
      </p>
    </form>
  );
}
