export { parseAttributes } from './html-attributes.ts';
export { escapeHtml, toAsciiHtml } from './html-escape.ts';
export { TagToken } from './html-token.ts';
export type { HtmlPiece, HtmlToken } from './html-token.ts';
export { LineSplitter, UNIT_LIMIT } from './line-splitter.ts';
export type { Line } from './line-splitter.ts';
export { TagSplitter } from './tag-splitter.ts';
