/** A row as it stands in its file: the line that it begins on, and one text a column. */
export interface RawRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A slot that SSSOM itself does not have, as the header of a table declares it. */
export interface ExtensionDefinition {
  readonly slot_name: string;
  readonly property?: string | undefined;
  readonly type_hint?: string | undefined;
}

/** The header of an SSSOM/TSV file. The names are those of the standard. */
export interface SssomMetadata {
  readonly mapping_set_id: string;
  readonly license: string;
  readonly mapping_set_version?: string | undefined;
  readonly mapping_set_title?: string | undefined;
  readonly mapping_set_description?: string | undefined;
  readonly curie_map: Readonly<Record<string, string>>;
  readonly extension_definitions: readonly ExtensionDefinition[];
}

/** A table as it stands in its file. Cells are trimmed; `metadata` is there for SSSOM/TSV files only. */
export interface RawTable {
  readonly file: string;
  readonly metadata?: SssomMetadata | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly RawRow[];
}
