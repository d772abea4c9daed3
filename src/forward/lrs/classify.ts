import { disposition, type Disposition, type StatusTable } from '../status.ts';

/** Statuses of the statements resource (xAPI Communication 3.2). 409 is settled by comparing before it comes here. */
const STATEMENT_STATUSES: StatusTable = { 409: 'refused', 412: 'refused' };

/**
 * Statuses of the document resources. An LRS without them still takes statements, so that their absence is the
 * fault of this one record. 409 and 412 mean that another writer was faster.
 */
const DOCUMENT_STATUSES: StatusTable = { 404: 'refused', 405: 'refused', 409: 'retry', 412: 'retry' };

/** What an answer to statements says. */
export const ofStatements = (status: number | null): Disposition => disposition(status, STATEMENT_STATUSES);

/** What an answer to a document says. */
export const ofDocument = (status: number | null): Disposition => disposition(status, DOCUMENT_STATUSES);
