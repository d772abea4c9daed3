/** Loaded before the gateway in fault runs: shifts its clock by what a file says, which changes while it runs. */
import { readFileSync } from 'node:fs';

const real = Date.now.bind(Date);
let shift = 0;
let readAt = 0;

Date.now = () => {
  const now = real();
  if (now - readAt > 50) {
    readAt = now;
    try {
      shift = Number(readFileSync(process.env.FAULT_CLOCK, 'utf8')) || 0;
    } catch {
      // Not written yet.
    }
  }
  return now + shift;
};
