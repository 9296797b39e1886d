import { blackhole } from './blackhole/blackhole.ts';
import type { Connector } from './connector.ts';
import { consoleConnector } from './console/console.ts';
import { datagen } from './datagen/datagen.ts';
import { filesystem } from './filesystem/filesystem.ts';
import { kafka, upsertKafka } from './kafka/kafka.ts';
import { log } from './log/log.ts';
import { nexmark } from './nexmark/nexmark.ts';
import { print } from './print/print.ts';
import { rate } from './rate/rate.ts';
import { state } from './state/state.ts';

/** Every connector that is built in, by the name that `'connector' = '...'` gives. */
export const connectors: readonly Connector[] = [
  blackhole,
  consoleConnector,
  datagen,
  filesystem,
  kafka,
  log,
  nexmark,
  print,
  rate,
  state,
  upsertKafka,
];
