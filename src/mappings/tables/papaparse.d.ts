/** The part of papaparse that is used here; its published types would bring Node's globals into the pure rooms. */
declare module 'papaparse/papaparse.js' {
  interface ParseError {
    readonly message: string;
    /** Index of the row, from 0; absent for the whole text. */
    readonly row?: number;
  }

  const Papa: {
    parse(
      text: string,
      options: { readonly delimiter: string; readonly newline: '\n' },
    ): { readonly data: readonly string[][]; readonly errors: readonly ParseError[] };
  };
  export default Papa;
}
