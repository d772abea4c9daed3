/** Taking people, and what was kept long enough, out of the record log; and how records name a person. */
export * from './forget.ts';
export * from './namings.ts';
export * from './person.ts';
export * from './retention.ts';
export * from './routes.ts';
