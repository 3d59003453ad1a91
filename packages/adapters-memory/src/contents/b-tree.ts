import sortedBtree from 'sorted-btree';

// A CommonJS module: its default export is one level down.
export const { default: BTree } = sortedBtree;
