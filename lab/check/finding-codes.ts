/**
 * Everything that `check` can find of its own, in one table: how grave it is, the sentence with its
 * cause, and what to do. (What is wrong with a single answer is the judge's to say; those findings
 * are passed on as they are.)
 *
 * `error`: WeChat or a follower is failed, or somebody else can do harm. `warning`: it works until
 * something unusual comes. `note`: worth knowing. `docs/check.md` holds the same table for people,
 * and a test compares the two.
 *
 * @module
 */
export const CHECK_FINDINGS = {
  "HANDSHAKE-REFUSED": {
    severity: "error",
    message: "The handshake is refused although it is signed with the token that was given",
    fix: "Compare the token on both sides, and see that a proxy hands the query on unchanged",
  },
  "HANDSHAKE-NOT-FOUND": {
    severity: "error",
    message: "Nothing is served at this path, so WeChat's handshake cannot succeed",
    fix: "Give the address with the path that the server has for WeChat, and save the same one",
  },
  "HANDSHAKE-REDIRECT": {
    severity: "error",
    message: "The handshake is redirected, and WeChat does not follow redirects",
    fix: "Save the address that it is redirected to; look at the slash at its end, and at https",
  },
  "HANDSHAKE-FAILED": {
    severity: "error",
    message: "The handshake ends with an error of the server",
    fix: "Read the server's log of this moment: it fails before it can answer",
  },
  "HANDSHAKE-NO-ANSWER": {
    severity: "error",
    message: "The connection is accepted, but the handshake is not answered within 5 seconds",
    fix: "See that a handler for GET is registered and ends its response",
  },
  "HANDSHAKE-QUOTED": {
    severity: "error",
    message: "The echostr comes back in quotation marks: it was returned as JSON",
    fix: "Return it as plain text (PlainTextResponse in FastAPI, res.send of a string in Express)",
  },
  "HANDSHAKE-BOM": {
    severity: "error",
    message: "The echostr comes back behind a byte order mark",
    fix: "Save the source and its includes as UTF-8 without BOM; write nothing before the echostr",
  },
  "HANDSHAKE-WHITESPACE": {
    severity: "error",
    message: "The echostr comes back with a line end or blanks around it",
    fix: "Write it without a line end (print adds one), and nothing outside of the program's tags",
  },
  "HANDSHAKE-NUMBER": {
    severity: "error",
    message: "The echostr was read as a number and lost its last digits",
    fix: "Treat the echostr as text: it has 19 digits, more than a floating-point number holds",
  },
  "HANDSHAKE-ALTERED": {
    severity: "error",
    message: "The answer to the handshake is not the echostr and nothing else",
    fix: "Return it byte for byte as the whole body; if an error stands there, compare tokens",
  },
  "HANDSHAKE-ESCAPED": {
    severity: "warning",
    message: "An echostr with special characters comes back changed",
    fix: "Decode the query once, do not trim or escape, and answer as text/plain",
  },
  "HANDSHAKE-SLOW": {
    severity: "warning",
    message: "The handshake takes more than a second",
    fix: "Answer it before anything else is loaded; keep an instance that sleeps awake",
  },
  "HANDSHAKE-TYPE": {
    severity: "note",
    message: "The echostr is sent with another Content-Type than text/plain, or with none",
    fix: "Send text/plain: as anything else a browser may run what stands in the echostr",
  },
  "HANDSHAKE-UNSIGNED": {
    severity: "error",
    message: "The echostr is returned to a request that is not signed with the token",
    fix: "Check signature on GET too: anybody can enter this address as that of their own account",
  },
  "HANDSHAKE-SCRIPT": {
    severity: "error",
    message: "Anybody's echostr comes back as HTML: a link to this address can run a script there",
    fix: "Check the signature first, and send the echostr as text/plain",
  },
  "TEXT-REFUSED": {
    severity: "error",
    message: "A text that is signed as WeChat does it is not accepted",
    fix: "Compare token, mode, key and appid on both sides; the server's log has the cause",
  },
  "UNSIGNED-ANSWERED": {
    severity: "error",
    message: "A message with a missing or wrong signature is answered: anybody can forge messages",
    fix: "Check the signature of every POST before the body is read, in all modes",
  },
  "FORGED-INDISTINCT": {
    severity: "warning",
    message: "A forged message gets the same answer as a right one, so it may have been handled",
    fix: "Refuse it with a status such as 403; if it is refused already, this tells it apart",
  },
  "PLAIN-ANSWERED": {
    severity: "error",
    message: "A plain message is answered although the account is in safe mode",
    fix: "Let the configured mode decide, not the request: without <Encrypt> refuse the message",
  },
  "COMPAT-PLAIN-ANSWERED": {
    severity: "warning",
    message: "In compat mode a message without <Encrypt> is answered: encryption protects nothing",
    fix: "Demand msg_signature and <Encrypt> in compat mode as well, or choose safe mode",
  },
  "COMPAT-FIELDS-BELIEVED": {
    severity: "warning",
    message: "In compat mode the plain fields beside <Encrypt> are believed, which nothing signs",
    fix: "Read the message from inside <Encrypt> only",
  },
  "MSG-SIGNATURE-UNCHECKED": {
    severity: "error",
    message: "An encrypted message with a missing or wrong msg_signature is answered",
    fix: "Check msg_signature over token, timestamp, nonce and the text of <Encrypt> first",
  },
  "OLD-TIMESTAMP-ANSWERED": {
    severity: "note",
    message: "A request signed a day ago is accepted, so who saw it once can send it for ever",
    fix: "Refuse timestamps that are far from the clock, say 10 minutes (WeChat documents no rule)",
  },
  "PADDING-UNCHECKED": {
    severity: "warning",
    message: "A message with impossible padding is decrypted and answered",
    fix: "Refuse padding that is not 1 to 32 bytes which all hold their number",
  },
  "LENGTH-UNCHECKED": {
    severity: "warning",
    message: "A message with an impossible length field is decrypted and answered",
    fix: "Refuse a length that is larger than what follows it, reading it without a sign",
  },
  "APPID-UNCHECKED": {
    severity: "warning",
    message: "A message that was encrypted for another appid is answered",
    fix: "Compare what stands behind the message in the decrypted frame with the account's appid",
  },
  "ENTITY-EXPANDED": {
    severity: "error",
    message: "Entities that a message declares are expanded: a small body can fill the memory",
    fix: "Refuse DOCTYPE in the XML parser (in Python: defusedxml); WeChat never sends one",
  },
  "EXTERNAL-ENTITY": {
    severity: "error",
    message: "An external entity is fetched: a message can read files and call inner addresses",
    fix: "Refuse DOCTYPE and switch external entities and network access of the parser off",
  },
  "REPLY-INJECTED": {
    severity: "error",
    message: "]]> in a follower's text ends the CDATA of the reply, and what follows becomes XML",
    fix: "Write each ]]> of a value as ]]]]><![CDATA[>",
  },
  "OPENID-INJECTED": {
    severity: "warning",
    message: "]]> in FromUserName ends the CDATA of the reply, and what follows becomes XML",
    fix: "Write each ]]> of a value as ]]]]><![CDATA[>, the names of sender and receiver included",
  },
  "CONTROL-CHARACTER-REFUSED": {
    severity: "warning",
    message: "A text with a control character is not answered, and WeChat does send such texts",
    fix: "Remove U+0001 to U+001F, but for tab and line ends, before the XML parser sees the body",
  },
  "CDATA-END-REFUSED": {
    severity: "note",
    message: "A text with a ]]> that WeChat left as it was, not well formed, is not answered",
    fix: "Treat a bare ]]> in text as text, as WeChat has been seen to send it",
  },
  "UNKNOWN-FIELD-REFUSED": {
    severity: "warning",
    message: "A text with fields that are not documented is not answered; WeChat adds such fields",
    fix: "Ignore elements that are not known, nested ones as well",
  },
  "BOM-REFUSED": {
    severity: "note",
    message: "A message behind a byte order mark is not answered",
    fix: "Remove U+FEFF at the start of the body before parsing it",
  },
  "TEXT-GARBLED": {
    severity: "warning",
    message: "Characters come back garbled: the body is decoded piece by piece, or not as UTF-8",
    fix: "Collect the body as bytes, decode it once and as UTF-8; store it in utf8mb4",
  },
  "MALFORMED-ANSWERED": {
    severity: "note",
    message: "A message that is no well-formed XML is answered as if it were one",
    fix: "Refuse what the parser cannot read to its end",
  },
  "SERVER-ERROR": {
    severity: "note",
    message: "A request that WeChat would not send ends in an error inside the server (status 5xx)",
    fix: "Refuse it with 400 or 403 on purpose; an unforeseen error may leave something half done",
  },
  "DETAILS-LEAKED": {
    severity: "warning",
    message: "The answer to a wrong request shows the inside of the server: a stack or file paths",
    fix: "Switch the debug mode off (NODE_ENV=production, DEBUG=False) and log the error instead",
  },
  "REPEAT-REFUSED": {
    severity: "error",
    message: "A repeated delivery is refused: when the first was slow, the follower gets nothing",
    fix: "Do not refuse a nonce or signature that was seen; recognise repeats by the message's id",
  },
  "REPEAT-EMPTY": {
    severity: "warning",
    message: "A repeated delivery gets no reply: when the first was slow, the follower gets none",
    fix: "Give a repeat the answer of the first delivery; WeChat repeats because it got none",
  },
  "REPEAT-DIFFERS": {
    severity: "warning",
    message: "Repeated deliveries of one message get different replies: the handler ran for each",
    fix: "Run the handler once per message (MsgId, sender, CreateTime) and share its answer",
  },
  "ANSWER-SLOW": {
    severity: "warning",
    message: "An answer took more than 3 of the 5 seconds that WeChat waits",
    fix: "Answer before the slow work is done, or share one run among the deliveries",
  },
  "BODY-UNLIMITED": {
    severity: "warning",
    message: "A body of 5 MB is read and accepted; WeChat's have a few kilobytes",
    fix: "Limit bodies to 1 MB or less, in the server or in the proxy before it",
  },
  "METHOD-IGNORED": {
    severity: "warning",
    message: "A message that comes with another method than POST is answered",
    fix: "Answer GET and POST only, the others with 405",
  },
  "KEEP-ALIVE-BROKEN": {
    severity: "error",
    message: "The second request on a connection is not answered rightly",
    fix: "Read or discard the rest of a refused body, and send a right Content-Length",
  },
  "SLOW-CLIENT-BLOCKS": {
    severity: "error",
    message: "While a few connections send slowly nobody else is answered",
    fix: "Serve asynchronously, or put a proxy in front that collects whole requests",
  },
  "SLOW-CLIENT-HELD": {
    severity: "note",
    message: "A request that never ends is held open for longer than 13 seconds",
    fix: "Set time limits for head and body of a request, 10 seconds or so",
  },
  "SERVER-CRASHED": {
    severity: "error",
    message: "The server ended: it cannot be reached after this request",
    fix: "Catch errors of parsing and decrypting, those in callbacks of streams too",
  },
  "SERVER-GONE": {
    severity: "error",
    message: "The server did not come back in 5 seconds, so the rest could not be tried",
    fix: "Have it started again when it ends (systemd, pm2, a restart policy of the container)",
  },
  "SERVER-STUCK": {
    severity: "error",
    message: "The server answers nobody after this request",
    fix: "Bound depth and size of what is parsed, and the time that it may take",
  },
  "CONNECTION-DROPPED": {
    severity: "warning",
    message: "The connection was closed without an answer: a worker may have ended",
    fix: "Look into the server's log for what happened, and answer wrong requests with a status",
  },
  "CUT-SHORT": {
    severity: "note",
    message: "The time for the check was over before everything was tried",
    fix: "Give it more with --seconds, or only a part with --only",
  },
} as const;

/** A code of the table. */
export type CheckCode = keyof typeof CHECK_FINDINGS;
