import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderOrder, importViolations } from '../../../scripts/checks/import-rule.mjs';

describe('the import rule', () => {
  it('lets a folder import from folders above it and from itself', () => {
    const text = `import { assert } from '../common/assert.ts';\nexport * from './schema.ts';\nimport './types/sql-type.ts';`;
    expect(importViolations('src/data/batch.ts', text)).toEqual([]);
  });

  it('refuses an import from a folder below, with its line', () => {
    const text = `import { assert } from '../common/assert.ts';\n\nimport { plan } from '../plan/nodes/node.ts';\n`;
    expect(importViolations('src/sql/lexer.ts', text)).toEqual([
      'src/sql/lexer.ts:3: imports ../plan/nodes/node.ts: plan/ is below sql/ in the order of the house',
    ]);
  });

  it.each([
    ['a type', `import type { Task } from '../runtime/task.ts';`],
    ['an inline type', `import { type Task } from '../runtime/task.ts';`],
    ['a re-export', `export { Task } from '../runtime/task.ts';`],
    ['a side effect', `import '../runtime/task.ts';`],
    ['import()', `const task = await import('../runtime/task.ts');`],
    ['several lines', `import {\n  one,\n  two,\n} from '../runtime/task.ts';`],
    ['a default and names', `import Task, { one } from '../runtime/task.ts';`],
    ['a namespace', `import * as task from '../runtime/task.ts';`],
  ])('sees %s', (_, text) => {
    expect(importViolations('src/state/store.ts', text)).toHaveLength(1);
  });

  it('does not take comments and texts for imports', () => {
    const text = `// import { x } from '../cli/main.ts';\n/* import '../cli/main.ts' */\nconst s = "import('../cli/x.ts')".length;\n`;
    expect(importViolations('src/common/errors.ts', text)).toEqual([]);
  });

  it('lets operators import the type of the runtime contract, and only that', () => {
    const contract = `import type { Operator } from '../runtime/operator.ts';`;
    expect(importViolations('src/operators/filter.ts', contract)).toEqual([]);
    expect(importViolations('src/operators/filter.ts', contract.replace(' type', ''))).toHaveLength(1);
    expect(importViolations('src/operators/filter.ts', contract.replace('operator.ts', 'task.ts'))).toHaveLength(1);
  });

  it('keeps the Flink back end to plan and functions', () => {
    expect(importViolations('src/backends/flink/nodes/filter.ts', `import '../../../plan/visit.ts';`)).toEqual([]);
    expect(importViolations('src/backends/flink/nodes/filter.ts', `import '../../../runtime/task.ts';`)).toHaveLength(1);
  });

  it('refuses folders it does not know, paths out of src/ and imports of entry points', () => {
    expect(importViolations('src/helpers/x.ts', '')).toHaveLength(1);
    expect(importViolations('src/data/x.ts', `import '../../scripts/build.mjs';`)).toHaveLength(1);
    expect(importViolations('src/cli/main.ts', `import '../index.ts';`)).toHaveLength(1);
  });

  it('knows every folder there is', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folderOrder).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
  });
});
