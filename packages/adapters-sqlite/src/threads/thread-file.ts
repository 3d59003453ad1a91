/**
 * The file of a thread beside the one that starts it: `.ts` where the source is run, `.js` where it has been compiled.
 * The compiler rewrites extensions in imports, but not in such a name.
 *
 * @param name without its extension, relative to the importer
 * @param importer its `import.meta.url`
 */
export function threadFile(name: string, importer: string): URL {
  const { pathname } = new URL(importer);
  return new URL(`${name}${pathname.slice(pathname.lastIndexOf('.'))}`, importer);
}
