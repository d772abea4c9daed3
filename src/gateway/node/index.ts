/** The gateway on Node: an SQLite file, an HTTP server, and a forwarder that runs as long as the process. */
export { readConfigurationFile } from './configuration-file.ts';
export { freeBytesFor } from './free-bytes.ts';
export { startGateway, type GatewayOptions, type RunningGateway } from './gateway.ts';
export { createReporter } from './logger.ts';
export { startConfigured, type ServeOptions } from './serve.ts';
