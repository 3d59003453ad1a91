/** The colors of groups, in order, from the style sheet: they differ between light and dark. */
export function groupColor(index: number): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--group-${index}`).trim();
}

export function axisColor(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--muted').trim();
}

export function gridColor(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--line').trim();
}
