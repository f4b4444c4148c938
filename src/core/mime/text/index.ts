export { parseAttributes } from './html-attributes.ts';
export { escapeHtml, toAsciiHtml } from './html-escape.ts';
export type { HtmlToken } from './html-token.ts';
export { LineSplitter } from './line-splitter.ts';
export type { Line } from './line-splitter.ts';
export { TagSplitter } from './tag-splitter.ts';
