import { arrivals, liveState, resume, waitingCount } from './events.ts';

/** Shows whether new events appear, and how many wait. */
export function LiveStatus() {
  arrivals.value;
  const waiting = waitingCount.value;
  const state = liveState.value;
  if (state === 'failed') return <span class="live live-off">Not live</span>;
  if (state === 'off') return <span class="live live-off">Not live: the range has ended</span>;
  if (state === 'reconnecting') return <span class="live live-reconnecting">Reconnecting …</span>;
  if (state === 'live') return <span class="live live-on">Live</span>;
  return (
    <button type="button" class="live live-paused" onClick={showNew}>
      Paused, {waiting.toLocaleString('en')} new
    </button>
  );
}

function showNew(): void {
  resume();
  document.querySelector('.table')?.scrollTo({ top: 0 });
}
