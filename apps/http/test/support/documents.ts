import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The title of its section. */
  readonly section: string;
}

export interface Document {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Returns all documents of the repository. */
export function readDocuments(): readonly Document[] {
  return globSync('{*.md,docs/**/*.md,{packages,apps}/*/*.md}', { cwd: ROOT }).sort().map(readDocument);
}

export function readDocument(path: string): Document {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, blocks: parseBlocks(text) };
}

/** Returns the blocks of a language in one section of a document. */
export function blocksIn(path: string, section: string, language: string): readonly string[] {
  return readDocument(path).blocks.flatMap((block) =>
    block.section === section && block.language === language ? [block.text] : [],
  );
}

function parseBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = '';
  for (const [, title, language, code = ''] of text.matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) section = title;
    if (language !== undefined) blocks.push({ language, text: code, section });
  }
  return blocks;
}
