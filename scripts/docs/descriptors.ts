// What the documentation is generated from: scripts/docs.mjs bundles this file and runs it.
export { Session } from '../../src/api/session.ts';
export { settingSpecs } from '../../src/api/settings.ts';
export { describeKind } from '../../src/catalog/option-values.ts';
export { commonTableOptions, formatOption } from '../../src/catalog/table-options.ts';
export { errorCodes } from '../../src/common/error-codes.ts';
export { connectors } from '../../src/connectors/index.ts';
export { memoryDescriptor } from '../../src/connectors/memory/memory-connector.ts';
export { printType } from '../../src/data/types/print-type.ts';
export { formats } from '../../src/formats/index.ts';
export { aggregateFunctions } from '../../src/functions/aggregate/index.ts';
export { scalarFunctions } from '../../src/functions/scalar/index.ts';
