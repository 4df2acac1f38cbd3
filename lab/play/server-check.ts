/**
 * The other side of a signature: what a server that knows the token computes from the request it
 * got. For a delivery that was altered this is where it shows.
 *
 * @module
 */
import { hashSteps } from "../platform/sealing.ts";
import type { AttemptRequest, LabAccount } from "../platform/types.ts";
import type { SignatureCheck } from "./view.ts";

/** @param account as the server knows it */
export function checkAsServer(
  { query, body }: AttemptRequest,
  account: LabAccount,
): SignatureCheck {
  const parameters = new URLSearchParams(query);
  const read = (name: string): string => parameters.get(name) ?? "";
  const { token } = account;
  const [timestamp, nonce] = [read("timestamp"), read("nonce")];
  if (account.mode === "plain") {
    const steps = hashSteps({ token, timestamp, nonce });
    return { name: "signature", steps, given: read("signature") };
  }
  const place = account.format === "json" ? /"Encrypt":"([^"]*)"/ : /<Encrypt><!\[CDATA\[([^\]]*)/;
  const [, encrypt = ""] = place.exec(body) ?? [];
  const steps = hashSteps({ token, timestamp, nonce, encrypt });
  return { name: "msg_signature", steps, given: read("msg_signature") };
}
