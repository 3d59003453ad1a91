/**
 * Returns the URL of a thread's file next to this one: `.ts` when the source runs, `.js` when the compiled code runs. The
 * compiler rewrites extensions only in imports.
 *
 * @param name without extension
 * @param importer `import.meta.url` of the importer
 */
export function threadFile(name: string, importer: string): URL {
  const { pathname } = new URL(importer);
  return new URL(`${name}${pathname.slice(pathname.lastIndexOf('.'))}`, importer);
}
