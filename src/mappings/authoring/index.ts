/** For those who edit the tables: what is wrong with them, what they cover, what an edit changes, and exports. */
export { checkMappings, checkRows } from './check/index.ts';
export { unusedRows } from './check/unused.ts';
export { countTerms, MISSING, type TermCounts } from './counts.ts';
export { coverageOf, type ActionCoverage, type Coverage, type EventCoverage } from './coverage.ts';
export { diffTables, type CellChange, type Level, type RowChange, type TablesDifference } from './diff.ts';
export { carriedShare, countLeaves, NO_LEAVES, type LeafCounts } from './leaves.ts';
export { overlayTables } from './overlay.ts';
export { publishedProfiles, type PublishedConcept, type PublishedProfiles } from './published.ts';
export { skosTriples } from './export/skos.ts';
export { sssomTriples } from './export/sssom.ts';
export { NAMESPACES, type Node, type Triple } from './export/triple.ts';
export { xapiProfile, type ProfileOptions } from './export/xapi-profile.ts';
