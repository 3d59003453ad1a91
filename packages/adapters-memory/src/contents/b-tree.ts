import sortedBtree from 'sorted-btree';

// CommonJS: the module object is the default import, and the class is its property `default`.
export const { default: BTree } = sortedBtree;
