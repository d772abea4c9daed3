/** Taking people, and what was kept long enough, out of the record log. */
export * from './forget.ts';
export * from './person.ts';
export * from './retention.ts';
export * from './routes.ts';
