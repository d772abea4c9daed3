declare module 'parse-prometheus-text-format' {
  /** Reads metrics in the text format of Prometheus. */
  export default function parsePrometheusTextFormat(text: string): unknown;
}
