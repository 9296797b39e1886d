export async function runModule(_file: string, _operands: readonly string[]): Promise<void> {}
