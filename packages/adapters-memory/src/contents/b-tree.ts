import sortedBtree from 'sorted-btree';

type Class = typeof sortedBtree.default;

// CommonJS: in Node, the default import is the module object, and the class is its property `default`. In Bun, it is the class.
const imported: Class | { readonly default: Class } = sortedBtree;
export const BTree: Class = 'default' in imported ? imported.default : imported;
