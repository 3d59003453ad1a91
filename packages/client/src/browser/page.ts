/** The parts of a page that the queue uses. A worker has no document. */
interface PageGlobals extends Listenable {
  readonly document?: Listenable & { readonly visibilityState: string };
}

interface Listenable {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

const page = globalThis as unknown as PageGlobals;

export function isPageHidden(): boolean {
  return page.document?.visibilityState === 'hidden';
}

/** Calls a function whenever the page is hidden or left, which may be its last moment. Returns a function that stops this. */
export function onPageHidden(leave: () => void): () => void {
  const leaveIfHidden = () => {
    if (isPageHidden()) leave();
  };
  page.document?.addEventListener('visibilitychange', leaveIfHidden);
  page.addEventListener('pagehide', leave);
  return () => {
    page.document?.removeEventListener('visibilitychange', leaveIfHidden);
    page.removeEventListener('pagehide', leave);
  };
}

/**
 * Calls a function in one tab at a time, and in the next one when that tab is closed. A page that is not served over https has no
 * locks: each of its tabs calls the function. Then events are sent more than once, and stored once.
 */
export async function inOneTab(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const { locks } = navigator as Partial<Navigator>;
  await (locks ? locks.request(name, { signal }, work) : work());
}
