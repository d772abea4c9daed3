import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isObject, type JsonObject } from '../../src/json/index.ts';

/** A record with what it becomes, and the direction. */
export interface WorkedExample {
  readonly title: string;
  readonly away: 'toXapi' | 'toCaliper';
  readonly source: JsonObject;
  readonly target: JsonObject;
}

const FILE = fileURLToPath(new URL('../../../shared/semantics.md', import.meta.url));

function examples(): WorkedExample[] {
  if (!existsSync(FILE)) {
    console.warn('skipped: the domain document is not there');
    return [];
  }
  const text = readFileSync(FILE, 'utf8');
  const section = text.slice(text.indexOf('## 7. Worked examples'));
  return section.split(/^### /m).flatMap((part) => {
    const [source, target] = [...part.matchAll(/```json\n([\s\S]*?)```/g)].map(
      (block) => JSON.parse(block[1] as string) as JsonObject,
    );
    if (!isObject(source) || !isObject(target)) return [];
    const title = part.slice(0, part.indexOf('\n'));
    return [{ title, away: source['verb'] === undefined ? 'toXapi' : 'toCaliper', source, target }];
  });
}

/** The records of section 7 of the domain document, which every set of tables must convert as they stand there. */
export const semanticsExamples: readonly WorkedExample[] = examples();
