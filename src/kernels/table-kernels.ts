/** src/kernels/assembly/table*.ts: keyed tables. `table` and `output` are addresses of descriptors; storages are by code. */
export interface TableKernels {
  tableOutput(rows: number, touched: number, touchedNew: number, touchedFirst: number, before: number): number;
  tableOutputClose(output: number): void;
  /** The first `groupKeyCount` keys choose the key group. */
  tableOpen(
    output: number,
    keyCount: number,
    groupKeyCount: number,
    bytesCount: number,
    rowBytes: number,
    rowAlign: number,
    groupOffset: number,
    savedOffset: number,
    groupCount: number,
    pages: number,
  ): number;
  tableKey(table: number, index: number, storage: number, offset: number, nullOffset: number, nullBit: number, words: number): void;
  tableBytesField(table: number, index: number, offset: number): void;
  tableKeyColumn(table: number, index: number, values: number, aux: number, nulls: number): void;
  tableClear(table: number): void;
  tableClose(table: number): void;
  tableSize(table: number): number;
  tableByteSize(table: number): number;

  /** Works on entries `from` to `count` of the selection; returns how far it came before memory must grow by tableWanted() bytes. */
  tableLookup(table: number, selection: number, count: number, epoch: number, from: number): number;
  /** As tableLookup, but makes a row for every entry. */
  tableAppend(table: number, selection: number, count: number, epoch: number, from: number): number;
  tableTouched(table: number): number;
  tableWanted(table: number): number;
  tableFind(table: number, selection: number, count: number): void;
  tableRemove(table: number, rows: number, count: number): void;
  /** `cursor` is the address of three u32. */
  tableScan(table: number, cursor: number, limit: number, out: number): number;
  tableGather(storage: number, rows: number, count: number, offset: number, values: number, aux: number): void;
  /** Copies entries of a column by index; `nulls` is 0 when there are none. */
  columnPick(
    storage: number,
    indexes: number,
    count: number,
    values: number,
    aux: number,
    nulls: number,
    toValues: number,
    toAux: number,
    toNulls: number,
  ): void;
  /** Returns 1 when there is a null. */
  tableGatherKey(table: number, index: number, rows: number, count: number, values: number, aux: number, nulls: number): number;

  tableScatter(
    table: number,
    storage: number,
    selection: number,
    count: number,
    offset: number,
    nullOffset: number,
    values: number,
    aux: number,
    nulls: number,
  ): void;
  /** Returns 1 when there is a null. */
  tableFetch(
    storage: number,
    rows: number,
    selection: number,
    count: number,
    offset: number,
    nullOffset: number,
    values: number,
    aux: number,
    nulls: number,
  ): number;

  tableSetBytes(table: number, row: number, offset: number, address: number, byteLength: number): void;
  bytesNeed(selection: number, count: number, lengths: number, nulls: number): number;

  tableGroupRows(table: number, keyGroup: number): number;
  tableGroupHeap(table: number, keyGroup: number): number;
  tableSaveGroup(table: number, keyGroup: number, to: number): void;
  tableCheckGroup(table: number, keyGroup: number, from: number, count: number, heapBytes: number): number;
  tableLoadGroup(table: number, keyGroup: number, from: number, count: number, first: number): number;

  /** How many rows of a key group can be put at the address that is the second result, and taken over by tableAdopt, which returns 0 for wrong ones. */
  tableRoom(table: number, keyGroup: number): number;
  tableAdopt(table: number, keyGroup: number, count: number): number;
  /** Between these two, on an empty table, loaded rows are not indexed: the second does it for all of them, and allocates tableBulkNeed(). */
  tableBulkBegin(table: number): void;
  tableBulkEnd(table: number): void;
  tableBulkNeed(table: number): number;
}

/** src/kernels/assembly/row-store.ts: rows by address, 0 for a row of nulls, and columns by index, -1 for a null. Those that read return 1 when there is a null. */
export interface RowKernels {
  tableTouchRows(table: number, rows: number, count: number, epoch: number): void;
  tableReadField(
    storage: number,
    rows: number,
    count: number,
    offset: number,
    nullOffset: number,
    nullBit: number,
    values: number,
    aux: number,
    nulls: number,
  ): number;
  tableReadKey(table: number, index: number, rows: number, count: number, values: number, aux: number, nulls: number): number;
  /** `nulls` is 0 when there are none. */
  columnTake(
    storage: number,
    indexes: number,
    count: number,
    values: number,
    aux: number,
    nulls: number,
    toValues: number,
    toAux: number,
    toNulls: number,
  ): number;
}

/** src/kernels/assembly/pages.ts and page-snapshot.ts: the pages that tables lie in, and their snapshots. `pages` is a descriptor's address. */
export interface PageKernels {
  /** The first time it takes up to 768 KB. */
  pagesOpen(): number;
  /** Gives the pages back; their tables must be closed. */
  pagesClose(pages: number): void;
  /** More than pagesBegin may write. */
  pagesBound(): number;
  pagesCapture(pages: number, table: number): void;
  /** Writes the numbers of all pages, u32 each, and of those that have changed; returns how many, and how many have as second result. */
  pagesBegin(pages: number, to: number, changedTo: number): number;
  /** Ends a snapshot, given up or not. */
  pagesEnd(pages: number, isGivenUp: number): void;
  /** 1 where memory for saved rows ended since pagesBegin. */
  pagesOverrun(pages: number): number;
  patchBytes(pages: number): number;
  pageDirty(page: number): void;
  pageWaits(pages: number, page: number): number;
  /** Writes a page, of at most 64 KB and a key group's header, at once where its rows have no long values, else returns 0 and has done nothing. */
  pagePlain(pages: number, page: number, to: number): number;
  /** Copies a page aside; returns the bytes that pageWrite may write. */
  pageTake(pages: number, page: number): number;
  pageWrite(pages: number, page: number, to: number): number;
  tableHeader(table: number, number: number, header: number, byteSize: number): void;
}
