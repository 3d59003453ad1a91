/** What a key can allow. */
export const SCOPES = ['read', 'write', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** What a request requires: a key with a scope, any key, or no key. */
export type Access = Scope | 'any key' | 'open';

/**
 * The value of WWW-Authenticate. Basic comes first, because browsers use only the first challenge, and can ask the user
 * for a user name.
 */
export const CHALLENGE = 'Basic realm="Event Tracker", Bearer realm="Event Tracker"';

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** Returns scopes with those that they include: `admin` includes all. */
export function withIncluded(scopes: readonly Scope[]): ReadonlySet<Scope> {
  return new Set(scopes.includes('admin') ? SCOPES : scopes);
}
