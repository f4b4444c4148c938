import * as v from 'valibot';
import type { AnyTransform } from '../core/transform.ts';
import { footer } from '../transforms/footer.ts';
import { stripAttachments } from '../transforms/strip-attachments.ts';
import { virusScan } from '../transforms/virus-scan.ts';
import { checked, oneOf, table, text, texts } from './config/schema-helpers.ts';

/** A transform that a configuration file can name. */
export interface TransformKind {
  /** The keys of its `[[transform]]` table, beside those that every transform takes. */
  readonly keys: v.ObjectEntries;
  /** Makes one from the keys, camelCase, in the types that `keys` gives them. */
  create(options: Readonly<Record<string, unknown>>): AnyTransform;
}

/** What `use = "NAME"` may name, beside a module file. */
export const TRANSFORM_KINDS: Readonly<Record<string, TransformKind>> = {
};
