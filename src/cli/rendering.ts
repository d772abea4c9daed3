import type { Rendering } from '../forward/index.ts';
import { renderingOf, type Configuration } from '../gateway/index.ts';
import { asFault, configurationOf } from './configuration.ts';
import { CommandFault, type Terminal } from './terminal.ts';

/** How records are written for a destination of a configuration file. Throws a {@link CommandFault} where it has none. */
export const renderingFor = (name: string, config: string | undefined, terminal: Terminal): Rendering =>
  renderingIn(configurationOf(config), { name, config }, terminal);

/** The same for a configuration that has been read: `config` is what its file is called. */
export function renderingIn(
  configuration: Configuration,
  { name, config }: { readonly name: string; readonly config: string | undefined },
  terminal: Terminal,
): Rendering {
  try {
    const rendering = renderingOf(configuration, name, terminal.environment);
    if (rendering) return rendering;
  } catch (error) {
    throw asFault(error, config);
  }
  throw new CommandFault(
    `${config ?? 'the default configuration'} has no destination "${name}": name one that has`,
  );
}
