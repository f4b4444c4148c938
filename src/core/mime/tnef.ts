/** Types and name of a container of files in the format of Outlook (MS-OXTNEF), lower case. */
export const TNEF_TYPES: ReadonlySet<string> = new Set(['application/ms-tnef', 'application/vnd.ms-tnef']);
export const TNEF_NAME = 'winmail.dat';
/** What it begins with: 0x223E9F78, the least byte first (section 2.1.3.2). */
export const TNEF_MAGIC = Buffer.of(0x78, 0x9f, 0x3e, 0x22);
