export {
  drop,
  judge,
  leave,
  type NewPart,
  type PartVerb,
  peek,
  raw,
  replace,
  type RewriteOptions,
  rewriteLines,
  rewriteTags,
  type Tag,
  tap,
  through,
  wrap,
} from '../core/verbs.ts';
export { ambiguityResults, type AmbiguityResultsOptions } from './ambiguity-results/ambiguity-results.ts';
export { canonicalize } from './canonicalize/canonicalize.ts';
export type { CanonicalizeOptions } from './canonicalize/canonicalize-options.ts';
export { footer, FOOTER_OPTIONS, type FooterOptions, type SkipReason } from './footer.ts';
export { STRUCTURE_SPLITTING } from './policy/ambiguity-policy.ts';
export type { AmbiguityAction, OnAmbiguous } from './policy/on-ambiguous.ts';
export { stripAttachments } from './strip-attachments/strip-attachments.ts';
export type { StripAttachmentsOptions } from './strip-attachments/strip-options.ts';
export type { ClamdAddress } from './virus-scan/clamd-address.ts';
export { ClamdScanner, type ClamdTimeouts } from './virus-scan/clamd-scanner.ts';
export type { ScanInfo, Scanner, ScanResult, UnscannedReason } from './virus-scan/scanner.ts';
export { virusScan } from './virus-scan/virus-scan.ts';
export type { VirusScanOptions } from './virus-scan/virus-scan-options.ts';
