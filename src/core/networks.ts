import { BlockList, isIP } from 'node:net';
import { MillraceError } from '../base/errors.ts';

/** Where clients of one's own are when nothing else is said. */
export const LOOPBACK: readonly string[] = Object.freeze(['127.0.0.0/8', '::1/128']);

/**
 * Turn networks such as `192.0.2.0/24`, `2001:db8::/32` or single addresses into a test of client addresses.
 * @throws MillraceError `MILLRACE_DEFINITION` naming what is no network
 */
export function compileNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix, ...more] = network.split('/');
    const version = isIP(address);
    const longest = version === 6 ? 128 : 32;
    const length = prefix === undefined ? longest : Number(prefix);
    const isLength = prefix === undefined || /^\d{1,3}$/.test(prefix);
    if (version === 0 || !isLength || length > longest || more.length > 0) {
      throw new MillraceError(
        'MILLRACE_DEFINITION',
        `${JSON.stringify(network)} is no network: write 192.0.2.0/24, 2001:db8::/32 or a single address`,
      );
    }
    list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => {
    // MTAs that listen on IPv6 may tell IPv4 clients as mapped addresses (RFC 4291 section 2.5.5.2).
    const plain = address.toLowerCase().replace(/^(?:ipv6:)?(?:::ffff:(?=[\d.]+$))?/, '');
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}
