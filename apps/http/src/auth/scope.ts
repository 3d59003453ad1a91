/** What a key may allow. Each has its sentence in README. */
export const SCOPES = ['read', 'write', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** The scopes that somebody named, with those that they include: who has `admin` may do everything. */
export function withIncluded(named: readonly Scope[]): ReadonlySet<Scope> {
  return new Set(named.includes('admin') ? SCOPES : named);
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
