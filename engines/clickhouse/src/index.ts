export { Session } from 'chdb';
export { createChdbConnection } from 'chdb/connection';
