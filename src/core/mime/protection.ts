import type { Protection } from './part.ts';

/**
 * Why nothing inside a part may be changed, by its own type: OpenPGP/MIME (RFC 3156), security multiparts (RFC 1847),
 * S/MIME (RFC 8551 section 3), and the old `application/pgp`. A signature's own part counts as signed.
 */
export function protectionOf(
  type: string,
  parameters: () => ReadonlyMap<string, string>,
): Protection | undefined {
  switch (type) {
    case 'multipart/signed':
    case 'application/pkcs7-signature':
    case 'application/x-pkcs7-signature':
    case 'application/pgp-signature':
    case 'application/pgp-keys':
      return 'signed';
    case 'multipart/encrypted':
    case 'application/pgp-encrypted':
      return 'encrypted';
    case 'application/pkcs7-mime':
    case 'application/x-pkcs7-mime':
      return isSigned(parameters().get('smime-type')) ? 'signed' : 'encrypted';
    case 'application/pgp':
    case 'application/x-pgp':
      return parameters().get('x-action')?.toLowerCase().includes('sign') ? 'signed' : 'encrypted';
    default:
      return type.startsWith('application/pgp') ? 'encrypted' : undefined;
  }
}

/** `signed-data`, `signed-receipt`, `certs-only`. */
function isSigned(smimeType: string | undefined): boolean {
  const type = smimeType?.toLowerCase();
  return type !== undefined && (type.startsWith('signed-') || type === 'certs-only');
}
