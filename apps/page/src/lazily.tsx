import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

/** Returns a component whose code is a separate file of the build, which is loaded when the component is first shown. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const hasFailed = signal(false);

  async function start(): Promise<void> {
    try {
      loaded.value = await load();
    } catch {
      hasFailed.value = true; // usually because a newer server has other files
    }
  }

  return function Lazy(props: Props) {
    const Loaded = loaded.value;
    useEffect(() => {
      if (!loaded.peek()) void start();
    }, []);
    if (Loaded) return <Loaded {...props} />;
    if (!hasFailed.value) return null;
    return (
      <p class="failure" role="alert">
        This part of the page could not be loaded.{' '}
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </p>
    );
  };
}
