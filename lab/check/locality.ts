/**
 * Whether an address belongs to this machine. A check is an attack in miniature: it is carried out
 * in full only on a server that whoever runs it has at hand.
 *
 * @module
 */
import { promises as dns } from "node:dns";
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** What is asked of the system; a test puts its own here. */
export interface Surroundings {
  /** The IP addresses of a name; rejects when it has none. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** The addresses of this machine's interfaces. */
  readonly own: () => readonly string[];
}

export const systemSurroundings: Surroundings = {
  resolve: async (host) => (await dns.lookup(host, { all: true })).map(({ address }) => address),
  own: () =>
    Object.values(networkInterfaces())
      .flat()
      .flatMap((face) => (face === undefined ? [] : [face.address])),
};

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * Tells whether a host is this machine. A name with several addresses is only when all
 * of them are: nobody knows which one will be called.
 *
 * @param host as in `URL.hostname`, IPv6 in brackets or not
 * @throws what `resolve` rejects with
 */
export async function isThisMachine(
  host: string,
  surroundings: Surroundings = systemSurroundings,
): Promise<boolean> {
  const bare = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(bare) === 0 ? await surroundings.resolve(bare) : [bare];
  const own = new Set(surroundings.own().map(withoutZone));
  return addresses.length > 0 && addresses.every((address) => isOwn(withoutZone(address), own));
}

function isOwn(address: string, own: ReadonlySet<string>): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  // BlockList sees through ::ffff:127.0.0.1 as well.
  return own.has(address) || loopback.check(address, family);
}

/** `fe80::1%eth0` is `fe80::1` on an interface. */
function withoutZone(address: string): string {
  return address.split("%", 1)[0] ?? address;
}
