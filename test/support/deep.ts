/** Whether everything is tried, as `npm run test:deep` does, or only a sample of it, in which a fault still shows. */
export const deep = process.env['MILLRACE_DEEP'] !== undefined;
