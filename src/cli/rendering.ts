import type { Rendering } from '../forward/index.ts';
import { renderingOf } from '../gateway/index.ts';
import { asFault, configurationOf } from './configuration.ts';
import { CommandFault, type Terminal } from './terminal.ts';

/** How records are written for a destination of a configuration. Throws a {@link CommandFault} where it has none. */
export function renderingFor(name: string, config: string | undefined, terminal: Terminal): Rendering {
  try {
    const rendering = renderingOf(configurationOf(config), name, terminal.environment);
    if (rendering) return rendering;
  } catch (error) {
    throw asFault(error, config);
  }
  throw new CommandFault(
    `${config ?? 'the default configuration'} has no destination "${name}": name one that has`,
  );
}
