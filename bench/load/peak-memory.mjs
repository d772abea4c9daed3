/** Tells on descriptor 3, when the process ends, how many kilobytes it had resident at most. */
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS));
});
