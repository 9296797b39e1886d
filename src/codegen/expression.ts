import { UnsupportedError } from '../common/errors.ts';
import { storageOf } from '../data/types/storage.ts';
import { makeCell, storeCell } from '../functions/cells.ts';
import type { Code } from '../functions/code.ts';
import { equalBytes } from '../functions/scalar/comparison/compare.ts';
import type {
  CallExpression,
  CaseExpression,
  CoalesceExpression,
  Expression,
  FieldExpression,
  InExpression,
  IsExpression,
  LogicalExpression,
  NotExpression,
  RowExpression,
} from '../plan/expressions/expression.ts';
import { emitCast } from './cast.ts';
import { booleanType, loadFrom, nullCode, zeroOf } from './column-access.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { emitLiteral } from './literal.ts';

/** Gives the code of an input column, or of a path of fields below one. */
export interface ColumnSource {
  column(index: number): Code;
  field(expression: FieldExpression): Code;
}

/** Writes expressions into a function. One instance per generated function. */
export class ExpressionEmitter {
  readonly b: FunctionBuilder;
  readonly #columns: ColumnSource;

  constructor(b: FunctionBuilder, columns: ColumnSource) {
    this.b = b;
    this.#columns = columns;
  }

  /** Writes what computes the expression, unless it stands there already, and returns its code. */
  emit(expression: Expression): Code {
    return this.b.known(expression) ?? this.b.remember(expression, this.#emitNew(expression));
  }

  /** JavaScript that is true where the condition is TRUE: NULL counts as false. Operands of AND after the first are only evaluated when needed. */
  emitCondition(expression: Expression): string {
    const code = this.emit(expression);
    return isTrue(code);
  }

  #emitNew(expression: Expression): Code {
    switch (expression.kind) {
      case 'column':
        return this.#columns.column(expression.index);
      case 'field':
        return this.#field(expression);
      case 'literal':
        return emitLiteral(this.b, expression);
      case 'outer':
        throw new UnsupportedError('MS1402', `${expression.name} of the query around this one cannot be read here yet`, {
          span: expression.span,
        });
      case 'call':
        return this.#call(expression);
      case 'cast':
        return emitCast(this.b, this.emit(expression.input), expression.type, expression.safe);
      case 'and':
      case 'or':
        return this.#logical(expression);
      case 'not':
        return this.#not(expression);
      case 'is':
        return this.#is(expression);
      case 'case':
        return this.#case(expression);
      case 'coalesce':
        return this.#coalesce(expression);
      case 'in':
        return this.#in(expression);
      case 'row':
        return this.#row(expression);
    }
  }

  /** A field below a column is a column; that of a row made here, or chosen, lies in a child of its column. */
  #field(expression: FieldExpression): Code {
    const { input, index, type } = expression;
    if (isFieldOfNull(expression)) return nullCode(type);
    if (isPath(input)) return this.#columns.field(expression);
    const row = this.emit(input);
    const isNull = row.isNull === null ? null : this.b.bind('no_row', row.isNull);
    const compute = (): Code => {
      const column = this.b.bind('field', `${row.value}.children[${index}]`);
      return this.#named('field', {
        ...loadFrom(type, column, row.aux, null),
        isNull: type.nullable ? `${column}.isNull(${row.aux})` : null,
      });
    };
    return isNull === null ? compute() : this.#guarded('field', type, isNull, compute);
  }

  #row({ args, type }: RowExpression): Code {
    const values = args.map((arg) => this.emit(arg));
    const made = makeCell(this.b, 'row', type);
    this.b.line(`${made.name}.begin();`);
    values.forEach((value, i) => {
      storeCell(this.b, made.writer.children[i]!, '0', value);
    });
    return made.code;
  }

  #call(expression: CallExpression): Code {
    const { function: fn, args: operands, type } = expression;
    const args = operands.map((operand) => this.emit(operand));
    if (fn.nulls === 'own') return this.#named(fn.name, { ...fn.emit(this.b, args, type), type });
    const nulls = args.flatMap((arg) => (arg.isNull === null ? [] : [arg.isNull]));
    const present = args.map((arg) => ({ ...arg, isNull: null }));
    if (nulls.length === 0) return this.#named(fn.name, { ...fn.emit(this.b, present, type), type });
    if (isTotal(fn, args)) return this.#named(fn.name, withNull({ ...fn.emit(this.b, present, type), type }, anyOf(nulls)));
    return this.#guarded(fn.name, type, anyOf(nulls), () => fn.emit(this.b, present, type));
  }

  /** Binds the parts of a code to names, so that using it twice computes it once. */
  #named(hint: string, code: Code): Code {
    const name = hintOf(hint);
    const value = isSimple(code.value) ? code.value : this.b.bind(name, code.value);
    const aux = code.aux === '' || isSimple(code.aux) ? code.aux : this.b.bind(`${name}_2`, code.aux);
    const isNull = code.isNull === null || isSimple(code.isNull) ? code.isNull : this.b.bind(`${name}_null`, code.isNull);
    return { ...code, value, aux, isNull };
  }

  /** Computes only where `isNull` is false: variables that hold nothing until then. */
  #guarded(hint: string, type: Expression['type'], isNull: string, compute: () => Code): Code {
    const result = this.#variables(hint, type, isNull);
    this.b.block(`if (!${result.isNull})`, () => this.assign(result, compute()));
    return result;
  }

  #variables(hint: string, type: Expression['type'], isNull: string): Code & { isNull: string } {
    const name = hintOf(hint);
    const zero = zeroOf(type);
    const declare = (hint: string, init: string) => (init === '0n' ? this.b.longVariable() : this.b.variable(hint, init));
    const value = declare(name, zero.value);
    const aux = zero.aux === '' ? '' : declare(`${name}_2`, zero.aux);
    return { type, value, aux, isNull: this.b.variable(`${name}_null`, isNull) };
  }

  /** Writes a code into variables. Where the code may be null, the variables' null follows. */
  assign(target: Code, source: Code): void {
    if (source.isNull === 'true') {
      if (target.isNull !== null) this.b.line(`${target.isNull} = true;`);
      return;
    }
    this.b.line(`${target.value} = ${source.value};`);
    if (target.aux !== '') this.b.line(`${target.aux} = ${source.aux};`);
    if (target.isNull !== null) this.b.line(`${target.isNull} = ${source.isNull ?? 'false'};`);
  }

  /**
   * AND and OR decide from the left: once an operand is FALSE (or TRUE, for OR), what follows is not evaluated, so that
   * `x <> 0 AND 1 / x > 2` never divides by zero.
   */
  #logical(expression: LogicalExpression): Code {
    const { kind, args, type } = expression;
    const deciding = kind === 'and' ? 'false' : 'true';
    const value = this.b.variable(kind, deciding === 'false' ? 'true' : 'false');
    const isNull = type.nullable ? this.b.variable(`${kind}_null`, 'false') : null;
    const undecided =
      isNull === null ? (kind === 'and' ? value : `!${value}`) : kind === 'and' ? `(${value} || ${isNull})` : `(!${value} || ${isNull})`;
    const writeFrom = (index: number): void => {
      if (index === args.length) return;
      const body = () => {
        this.#combine(kind, value, isNull, this.emit(args[index]!));
        writeFrom(index + 1);
      };
      if (index === 0) body();
      else this.b.block(`if (${undecided})`, body);
    };
    this.#inSteps(args.length, writeFrom, (i) => this.#combine(kind, value, isNull, this.emit(args[i]!)), undecided);
    return { type, value, aux: '', isNull };
  }

  /** Nests up to 16 operands; longer lists are written one after the other, each under its own test. */
  #inSteps(count: number, nested: (index: number) => void, flat: (index: number) => void, undecided: string): void {
    if (count <= 16) nested(0);
    else for (let i = 0; i < count; i++) this.b.block(`if (${undecided})`, () => flat(i));
  }

  /** Folds one operand into the running result; `value` is meaningful only while `isNull` is false. */
  #combine(kind: 'and' | 'or', value: string, isNull: string | null, operand: Code): void {
    const decided = kind === 'and' ? isFalse(operand) : isTrue(operand);
    if (isNull === null) {
      this.b.line(`${value} = ${operand.value};`);
      return;
    }
    this.b.block(`if (${decided})`, () => {
      this.b.line(`${value} = ${kind === 'or'};`);
      this.b.line(`${isNull} = false;`);
    });
    if (operand.isNull !== null) this.b.line(`else if (${operand.isNull}) ${isNull} = true;`);
  }

  #not(expression: NotExpression): Code {
    const input = this.emit(expression.input);
    return { type: expression.type, value: `!${input.value}`, aux: '', isNull: input.isNull };
  }

  #is({ input, test, negated }: IsExpression): Code {
    const code = this.emit(input);
    const holds = test === 'null' ? (code.isNull ?? 'false') : test === 'true' ? isTrue(code) : isFalse(code);
    return { type: booleanType, value: negated ? `!(${holds})` : `(${holds})`, aux: '', isNull: null };
  }

  #case({ branches, otherwise, type }: CaseExpression): Code {
    const result = this.#variables('case', type, 'false');
    const target: Code = type.nullable ? result : { ...result, isNull: null };
    const writeFrom = (index: number): void => {
      const branch = branches[index];
      if (branch === undefined) {
        this.assign(target, this.emit(otherwise));
        return;
      }
      const condition = this.emitCondition(branch.when);
      this.b.block(`if (${condition})`, () => this.assign(target, this.emit(branch.value)));
      this.b.block('else', () => writeFrom(index + 1));
    };
    if (branches.length <= 16) writeFrom(0);
    else this.#longCase(target, branches, otherwise);
    return target;
  }

  /** Many branches one after the other instead of inside each other. */
  #longCase(target: Code, branches: CaseExpression['branches'], otherwise: Expression): void {
    const open = this.b.variable('open', 'true');
    for (const { when, value } of branches) {
      this.b.block(`if (${open})`, () => {
        this.b.block(`if (${this.emitCondition(when)})`, () => {
          this.b.line(`${open} = false;`);
          this.assign(target, this.emit(value));
        });
      });
    }
    this.b.block(`if (${open})`, () => this.assign(target, this.emit(otherwise)));
  }

  #coalesce({ args, type }: CoalesceExpression): Code {
    const result = this.#variables('coalesce', type, 'true');
    args.forEach((arg, index) => {
      const body = () => this.assign(result, this.emit(arg));
      if (index === 0) body();
      else this.b.block(`if (${result.isNull})`, body);
    });
    return type.nullable ? result : { ...result, isNull: null };
  }

  #in({ input, values, type }: InExpression): Code {
    const code = this.emit(input);
    const isText = storageOf(input.type) === 'bytes';
    const constants = values.filter((item) => item.value !== null).map((item) => emitLiteral(this.b, item));
    const tests = constants.map((c) => {
      if (isText) return `(${equalBytes(this.b, code, c)})`;
      return c.aux === '' ? `${code.value} === ${c.value}` : `(${code.value} === ${c.value} && ${code.aux} === ${c.aux})`;
    });
    const hasNull = values.some((item) => item.value === null);
    const found = isText || tests.length <= 8 ? tests.join(' || ') || 'false' : this.#inSet(code, constants);
    const guarded = code.isNull === null || !isText ? found : `!${code.isNull} && (${found})`;
    const value = this.b.bind('in', guarded);
    const unknown = hasNull ? `!${value}` : null;
    const isNull = anyOfMaybe([code.isNull, unknown]);
    return { type, value, aux: '', isNull };
  }

  /** More than a few constants: a Set. */
  #inSet(code: Code, constants: readonly Code[]): string {
    const parts = constants.map((c) => (c.aux === '' ? parseConstant(c.value) : `${strip(c.value)}/${strip(c.aux)}`));
    const set = this.b.helper('members', new Set(parts));
    return code.aux === '' ? `${set}.has(${code.value})` : `${set}.has(\`\${${code.value}}/\${${code.aux}}\`)`;
  }
}

const strip = (text: string): string => text.replace(/[()n]/g, '');
const parseConstant = (text: string): unknown =>
  /^\(?-?\d+n\)?$/.test(text)
    ? BigInt(strip(text))
    : text === 'true' || text === 'false'
      ? text === 'true'
      : Number(text.replace(/[()]/g, ''));

/** A name, a literal or an element of an array: cheap to write twice. */
const isSimple = (text: string): boolean => /^(\(?-?[\w$.]+\)?|[\w$]+\[[\w$]+\])$/.test(text);
const hintOf = (name: string): string => (/[A-Za-z]/.test(name) ? name.toLowerCase() : 'value');

export const isTrue = (code: Code): string => (code.isNull === null ? code.value : `(!${code.isNull} && ${code.value})`);
const isFalse = (code: Code): string => (code.isNull === null ? `!${code.value}` : `(!${code.isNull} && !${code.value})`);
const anyOf = (nulls: readonly string[]): string => (nulls.length === 1 ? nulls[0]! : `(${[...new Set(nulls)].join(' || ')})`);

function anyOfMaybe(nulls: readonly (string | null)[]): string | null {
  const some = nulls.filter((isNull) => isNull !== null);
  return some.length === 0 ? null : anyOf(some);
}

function isTotal({ total }: CallExpression['function'], args: readonly Code[]): boolean {
  return typeof total === 'function' ? total(args) : total === true;
}

function withNull(code: Code, isNull: string): Code {
  return { ...code, isNull: code.isNull === null ? isNull : `(${isNull} || ${code.isNull})` };
}

/** A column, or a path of fields below one. */
const isPath = (expression: Expression): boolean =>
  expression.kind === 'column' || (expression.kind === 'field' && isPath(expression.input));

/** A field, or a field of a field, of the literal NULL. */
function isFieldOfNull({ input }: FieldExpression): boolean {
  return input.kind === 'field' ? isFieldOfNull(input) : input.kind === 'literal' && input.value === null;
}
