import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at its first size. A milter's garbage is small and dies at once; V8 would let the space
 * for it grow to 3 x 16 MiB all the same. Measured with 16 messages of 50 MB at once: peak RSS 113 MiB in place of 135;
 * with 20,000 messages of 2 KB over 16 connections 104 MiB in place of 139; the CPU time is the same.
 *
 * Imported for its effect, before everything else: what has grown does not shrink. It is V8's flag, not Node's; one that
 * is not known is ignored with a line on stderr by V8.
 */
setFlagsFromString('--semi-space-growth-factor=1');
