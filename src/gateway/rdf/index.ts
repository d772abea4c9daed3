/** Records as RDF: nothing is fetched, and JSON-LD is loaded when the first record is asked for. */
export { NotLinkedDataError } from './json-ld.ts';
export { RDF_TYPES, recordAs, recordNQuads, type RdfType } from './formats.ts';
