/*
 * Builds the files for browsers into `site/` of the server, which its package contains: `index.html`; in `page/`, a script, further
 * ones that it loads when a view needs them, a style sheet and an icon, each with a hash of its content in its name; in `docs/`,
 * the files of Swagger UI; in `licenses.txt`, the licenses of the libraries in the scripts. `node_modules/.bin/node
 * apps/page/build.ts` builds them if a source has changed since; setup runs it.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const HERE = import.meta.dirname;
const SITE = join(HERE, '../http/site');
const SOURCES = [
  'apps/page/{src/**/*,build.ts,package.json}',
  'packages/{client,core,http-contract}/src/**/*.ts',
  'pnpm-lock.yaml',
];

/** The files of Swagger UI. Without a prefix, pnpm would take its license for that of the package. */
const SWAGGER_UI = {
  'swagger-ui.css': 'swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-bundle.js',
  LICENSE: 'swagger-ui-license.txt',
  NOTICE: 'swagger-ui-notice.txt',
};

/** Builds the files into a folder, which is replaced. */
export async function buildSite(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: join(HERE, 'src/main.tsx'),
    platform: 'browser',
    preserveEntrySignatures: false, // which lets the other scripts share code of the first one
    resolve: { conditionNames: ['x-src', 'browser', 'import'] },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    minify: true,
    entryFileNames: 'page-[hash].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] },
  });
  await bundle.close();
  const [script, ...others] = output.map((chunk) => ({
    name: chunk.fileName,
    content: chunk.type === 'chunk' ? chunk.code : chunk.source,
  }));
  if (!script) throw new Error('rolldown has built no script');
  const files = {
    SCRIPT: script,
    STYLE: named('page', 'css', minifyStyle(readFileSync(join(HERE, 'src/style.css'), 'utf8'))),
    ICON: named('icon', 'svg', readFileSync(join(HERE, 'src/icon.svg'), 'utf8')),
  };
  let html = readFileSync(join(HERE, 'src/index.html'), 'utf8');
  for (const [placeholder, { name }] of Object.entries(files)) html = html.replace(placeholder, name);

  // Put together apart, so that a server that reads it meanwhile finds one whole page.
  const next = `${folder}.${process.pid}`;
  mkdirSync(join(next, 'page'), { recursive: true });
  writeFileSync(join(next, 'index.html'), html);
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  writeFileSync(join(next, 'licenses.txt'), licensesOf(modules));
  for (const { name, content } of [...Object.values(files), ...others])
    writeFileSync(join(next, 'page', name), content);
  const swaggerUi = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')));
  for (const [name, copy] of Object.entries(SWAGGER_UI)) cpSync(join(swaggerUi, name), join(next, 'docs', copy));
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
}

/** Returns the licenses of the packages of modules, which require that copies of the code have them. */
function licensesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []));
  return [...folders]
    .map((folder) => {
      const [file] = globSync('{LICENSE,LICENCE,license}*', { cwd: folder });
      if (file === undefined) throw new Error(`${folder} has no license file`);
      const name = folder.slice(folder.lastIndexOf('/node_modules/') + '/node_modules/'.length);
      return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .sort()
    .join('\n---\n\n');
}

/** Drops comments and the space between words. No text of the style sheet contains either. */
function minifyStyle(style: string): string {
  return style
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1');
}

function named(name: string, extension: string, content: string) {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 10);
  return { name: `${name}-${hash}.${extension}`, content };
}

function isCurrent(): boolean {
  const built = join(SITE, 'index.html');
  if (!existsSync(built)) return false;
  const root = join(HERE, '../..');
  const builtAt = statSync(built).mtimeMs;
  return SOURCES.every((pattern) =>
    globSync(pattern, { cwd: root }).every((file) => statSync(join(root, file)).mtimeMs <= builtAt),
  );
}

if (import.meta.main && !isCurrent()) await buildSite(SITE);
