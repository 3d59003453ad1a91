import { useEffect, useRef } from 'preact/hooks';
import { type ChartOptions, drawChart } from './chart.ts';

interface Props {
  readonly chart: ChartOptions;
  /** What the chart shows, for people who cannot see it; a table has the numbers. */
  readonly label: string;
}

/** A chart that is drawn again when its data, the width of the page or the color scheme changes. */
export function ChartView({ chart, label }: Props) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    let drawn = drawChart(target, chart);
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(target);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => {
      drawn.destroy();
      drawn = drawChart(target, chart);
    };
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
      observer.disconnect();
      drawn.destroy();
    };
  }, [chart]);
  return <div class="chart" ref={element} role="img" aria-label={label} />;
}
