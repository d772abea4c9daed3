import { toCaliper, toXapi } from '../src/index.ts';
import { equal, type JsonObject, type JsonValue } from '../src/json/index.ts';
import type { ClassHour } from './class-hour.ts';
import type { Receiver } from './receivers.ts';
import { textOf } from './text.ts';

/**
 * What was lost, altered or sent twice on the way, as sentences; nothing where all is well. A destination must have
 * each record of its own language as it was sent, and of the other language one that gives the sent record back.
 */
export function losses(hour: ClassHour, analytics: Receiver, lrs: Receiver): string[] {
  const events = [...analytics.records.values()];
  const statements = [...lrs.records.values()];
  return [
    ...unequal('Caliper endpoint', hour.events, events),
    ...unequal('Caliper endpoint, converted back', hour.statements, events.map(asStatement)),
    ...unequal('Caliper endpoint', hour.describes, [...analytics.documents.values()]),
    ...unequal('LRS', hour.statements, statements),
    ...unequal('LRS, converted back', hour.events, statements.map(asEvent)),
    ...unequal('LRS', hour.describes, [...lrs.documents.values()]),
    ...miscounted('Caliper endpoint', analytics, hour),
    ...miscounted('LRS', lrs, hour),
  ];
}

function asStatement(event: JsonObject): JsonObject | undefined {
  const conversion = toXapi(event);
  return conversion.ok ? conversion.record : undefined;
}

function asEvent(statement: JsonObject): JsonObject | undefined {
  const conversion = toCaliper(statement);
  return conversion.ok ? conversion.record : undefined;
}

function unequal(
  where: string,
  sent: readonly JsonObject[],
  found: readonly (JsonObject | undefined)[],
): string[] {
  const byId = new Map<JsonValue | undefined, JsonObject | undefined>(
    found.map((record) => [record?.['id'], record]),
  );
  return sent.flatMap((record) => {
    const arrived = byId.get(record['id']);
    if (equal(arrived, record)) return [];
    return [
      `${where}: ${textOf(record['id'])} ${arrived === undefined ? 'is missing' : 'is not what was sent'}`,
    ];
  });
}

function miscounted(where: string, { records, documents }: Receiver, hour: ClassHour): string[] {
  const sent = hour.events.length + hour.statements.length;
  return [
    ...(records.size === sent ? [] : [`${where}: ${records.size} records where ${sent} were sent`]),
    ...(documents.size === hour.describes.length
      ? []
      : [`${where}: ${documents.size} descriptions where ${hour.describes.length} were sent`]),
  ];
}
