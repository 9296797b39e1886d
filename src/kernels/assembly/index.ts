// The kernels' exports, one line per file. A kernel is a plain function over addresses in the imported memory.
export { alloc, free, allocatedTop, secondResult } from "./memory";
export { nexmarkConfigSize, nexmarkFill, nexmarkPrepare } from "./nexmark";
export { tableBytesField, tableByteSize, tableClear, tableClose, tableKey, tableKeyColumn, tableOpen, tableOutput } from "./table";
export { tableOutputClose, tableResetMarks, tableSize } from "./table";
export { bytesNeed, tableSetBytes } from "./table-heap";
export { tableFind, tableLookup, tableTouched, tableWanted } from "./table-lookup";
export { tableGather, tableGatherKey } from "./table-read";
export { tableRemove, tableScan } from "./table-rows";
export { tableCheckGroup, tableGroupHeap, tableGroupRows, tableLoadGroup, tableSaveGroup } from "./table-snapshot";
export { tableFetch, tableScatter } from "./table-values";
export { bytesAfterKey, bytesCompare, bytesCopy, bytesEqual, bytesIndexOf, bytesSplitPart, likeMatch } from "./strings";
export { textLength, textLower, textOffset, textSlice, textUpper, timeDay, timeInRange, timePart } from "./strings";
export { csvDecode } from "./csv-decode";
export { csvEncode } from "./csv-encode";
export { jsonDecode } from "./json-decode";
export { jsonEncode } from "./json-encode";
export { powerTables, setPowersOfFive, setPowersOfTen } from "./number-tables";
export { rawDecode, rawEncode } from "./raw-lines";
