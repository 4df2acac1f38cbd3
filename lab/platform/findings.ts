/**
 * Everything that the platform can find wrong with an answer: how grave it is, whether the follower
 * reads the notice of a fault because of it, and what to do. The sentence with the cause is made
 * where it is found, for it names what was there.
 *
 * Grave is what WeChat's documents forbid or what has been seen to fail. A warning is for what
 * works today although nobody promises it, and for limits that are measured and not documented.
 *
 * @module
 */
import type { FindingCode } from "./finding-code.ts";
import type { Finding, Severity } from "./types.ts";

/** What is the same each time that something is found. */
export interface FindingKind {
  readonly severity: Severity;
  /** Whether the follower reads 该公众号提供的服务出现故障，请稍后再试. */
  readonly fault: boolean;
  readonly fix: string;
}

const broken = (fix: string): FindingKind => ({ severity: "error", fault: true, fix });
const wrong = (fix: string): FindingKind => ({ severity: "error", fault: false, fix });
const doubtful = (fix: string): FindingKind => ({ severity: "warning", fault: false, fix });
const remark = (fix: string): FindingKind => ({ severity: "note", fault: false, fix });

const CONNECTION = "Make sure that the server runs, and that WeChat reaches it on port 80 or 443";
const KEY_FIX = "Use the EncodingAESKey of the console, AES-256-CBC, and its first 16 bytes as IV";
const ENVELOPE = "Answer with Encrypt, MsgSignature, TimeStamp and Nonce in one <xml>";

export const FINDING_KINDS: Readonly<Record<FindingCode, FindingKind>> = {
  // No answer.
  LAPSED: remark("Nothing, if the answer goes out with one of the deliveries that follow"),
  "TOO-LATE": broken("Answer success within 5 seconds, and send slow answers afterwards"),
  "CONNECTION-REFUSED": wrong(CONNECTION),
  "CONNECTION-RESET": wrong("Read the server's log: it closed the connection instead of answering"),
  "NAME-UNKNOWN": wrong("Correct the address, or its entry in the DNS"),
  "TLS-FAILED": wrong("Install a certificate with its whole chain that names this host"),
  "REQUEST-FAILED": wrong(CONNECTION),
  "GIVEN-UP": remark("Nothing: the delivery was ended from here"),

  // HTTP.
  REDIRECT: broken("Enter the address that it redirects to in the console; WeChat follows no redirects"),
  "STATUS-REFUSED": broken(
    "Compare the token on both sides, then mode, key and AppID; the server's log has the cause",
  ),
  "STATUS-NOT-FOUND": broken("Give the address with the path that the server has for WeChat"),
  "STATUS-UNREADABLE": broken(
    "Compare the format of messages (数据格式), XML or JSON, on both sides; the server's log has the cause",
  ),
  "STATUS-OF-PROXY": broken(
    "Make sure that the server behind the proxy runs, answers in time, and has the address that the proxy uses",
  ),
  "STATUS-NOT-200": broken("Always answer 200 to WeChat, and log the error"),
  "ANSWER-COMPRESSED": broken("Do not compress answers: WeChat did not ask for it"),
  "NEARLY-LATE": remark("Leave time for the network: answer within 4.5 seconds"),

  // The body as a whole.
  "NOT-UTF8": broken("Encode the answer as UTF-8"),
  BOM: doubtful("Write the answer without a byte order mark; save the source files without one"),
  "LEADING-WHITESPACE": doubtful("Begin the answer with <xml>, with nothing in front of it"),
  "EMPTY-BODY": remark("Nothing; success says the same more clearly"),
  "BLANK-BODY": doubtful("Answer success, or nothing at all"),
  "SUCCESS-QUOTED": broken("Send the word success as text/plain, not through a JSON serializer"),
  "SUCCESS-PADDED": doubtful("Send the word success with nothing around it"),
  "SUCCESS-MISSPELLED": broken("Send success in small letters, with nothing around it"),
  "SUCCESS-ENCRYPTED": doubtful("Send success as it is: it needs no encryption in any mode"),
  "ANSWER-JSON": broken("Answer with XML: an Official Account does not accept JSON here"),
  "ANSWER-HTML": broken("Answer with XML; look in the server's log for the origin of the page"),
  "ANSWER-NOT-XML": broken(
    "Answer with XML, or with the word success if there is no reply",
  ),

  "ANSWER-NOT-JSON": broken(
    "Answer a message in JSON with JSON, or with the word success if there is no reply",
  ),

  // XML.
  "XML-NOT-WELL-FORMED": broken("Write every text of the reply in CDATA"),
  "CDATA-END": broken('Split "]]>" in a text into two sections: ]]]]><![CDATA[>'),
  "CHARACTER-FORBIDDEN": broken("Leave out characters that XML 1.0 forbids before writing a text"),
  DOCTYPE: broken("Write no document type declaration"),
  "ROOT-NOT-XML": broken("Name the root element xml, in small letters"),
  "ELEMENT-TWICE": wrong(
    'Write each element once; if a text contains "]]>", split it into two sections',
  ),
  "BLANKS-IN-TAG": doubtful("Write <Content>, with no blanks inside the tag"),
  "BLANKS-AROUND-CDATA": doubtful("Write nothing between a tag and its CDATA"),
  "NUMERIC-REFERENCE": doubtful(
    "Write characters as UTF-8: phones were seen to show &#…; unchanged",
  ),
  "STRAY-TEXT": doubtful("Write no text between the elements"),

  // Encryption.
  "PLAIN-IN-SAFE": broken("Encrypt replies in safe mode: WeChat does not read plain ones"),
  "ENCRYPTED-IN-PLAIN": broken("Send replies as they are: the account is in plain mode"),
  "ENVELOPE-INCOMPLETE": broken(ENVELOPE),
  "ENVELOPE-TIMESTAMP": doubtful("Put the time in seconds into TimeStamp, digits only"),
  "MSG-SIGNATURE-WRONG": broken(
    "Sign the reply's own TimeStamp, Nonce and Encrypt with the token: sort, join, SHA-1 in hex",
  ),
  "DECRYPT-BASE64": broken("Write Encrypt as base64 with its =, without line ends"),
  "DECRYPT-LENGTH": broken("Pad the frame to a multiple of 32 bytes before encrypting"),
  "DECRYPT-KEY": broken(KEY_FIX),
  "DECRYPT-PADDING": broken("Pad to blocks of 32 bytes, not 16, each byte equal to their number"),
  "DECRYPT-FRAME": broken("Put the message's length in bytes, 4 bytes big endian, before it"),
  "DECRYPT-APPID": broken("Put the account's own AppID after the message"),

  // What every reply has.
  "FIELD-MISSING": broken("Write the element, with this name and in this place"),
  "FIELD-EMPTY": broken("Give the element a value"),
  "RECIPIENT-WRONG": broken("Put FromUserName of the message into ToUserName of the reply"),
  "SENDER-WRONG": broken("Put ToUserName of the message, gh_…, into FromUserName of the reply"),
  "CREATE-TIME-NOT-NUMBER": broken(
    "Put the time in seconds since 1970 into CreateTime, digits only",
  ),
  "CREATE-TIME-MILLISECONDS": doubtful("Divide the time by 1000: CreateTime is in seconds"),
  "CREATE-TIME-OFF": remark("Set the clock of the machine, or use the time of the answer"),
  "TYPE-UNKNOWN": broken(
    "Use text, image, voice, video, music, news or transfer_customer_service, in small letters",
  ),
  "FIELD-UNKNOWN": remark("Leave the element out: WeChat does not know it"),

  // What a kind of reply has.
  "CONTENT-EMPTY": broken("Answer success if there is no reply"),
  "CONTENT-TOO-LONG": {
    severity: "warning",
    fault: true,
    fix: "Keep a text below 2,048 bytes of UTF-8 (你 has 3 of them), and send the rest later",
  },
  "CONTENT-NOT-MEANT": doubtful("Look for a value that was converted to text by mistake"),
  "CONTENT-MARKDOWN": remark(
    "Remove the marks, as plainText(markdown) does: WeChat shows them unchanged",
  ),
  "ARTICLE-COUNT-WRONG": wrong("Put the number of <item> in Articles into ArticleCount"),
  "ARTICLES-MISSING": broken("Put at least one <item> into Articles"),
  "ARTICLES-MORE-THAN-ONE": doubtful(
    "Send one article in answer to a message: WeChat drops the rest",
  ),
  "ARTICLES-TOO-MANY": wrong("Send at most 8 articles"),
  "ARTICLE-FIELD-MISSING": doubtful(
    "Give each article a Title, and leave out empty fields: an empty Url opens a blank page",
  ),
  "ARTICLE-FIELD-LEFT-OUT": remark(
    "Nothing, if it is intended: the document demands all four, and WeChat shows an article without",
  ),
  "MUSIC-WITHOUT-PICTURE": remark(
    "Nothing, if it is intended: the document demands ThumbMediaId, and WeChat plays music without",
  ),
  "MEDIA-UNKNOWN": doubtful(
    "Upload the file first, or send back the id of what a follower sent; ids of another account or older than 3 days are unknown",
  ),
  "TRANSFER-FOR-EVENT": doubtful(
    "Transfer to customer service in answer to a message, not to an event",
  ),
  "UNSUBSCRIBE-ANSWERED": remark("Answer success: a follower who has left gets no replies"),
};

/** What was found in one answer, in the order in which it was found. */
export class Findings {
  readonly #list: { readonly code: FindingCode; readonly finding: Finding }[] = [];

  /** @param message one sentence that names the cause, without a full stop */
  add(code: FindingCode, message: string): void {
    const { severity, fix } = FINDING_KINDS[code];
    this.#list.push({ code, finding: { code, severity, message, fix } });
  }

  get list(): readonly Finding[] {
    return this.#list.map(({ finding }) => finding);
  }

  /** Whether the follower reads the notice of a fault because of something found. */
  get isFault(): boolean {
    return this.#list.some(({ code }) => FINDING_KINDS[code].fault);
  }

  get hasError(): boolean {
    return this.#list.some(({ finding }) => finding.severity === "error");
  }
}
