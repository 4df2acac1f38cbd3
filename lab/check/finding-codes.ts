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
    fix: "Compare the token on both sides, and make sure that a proxy passes the query on unchanged",
  },
  "HANDSHAKE-NOT-FOUND": {
    severity: "error",
    message: "Nothing is served at this path, so WeChat's handshake cannot succeed",
    fix: "Give the address with the path that the server has for WeChat, and save the same one",
  },
  "HANDSHAKE-REDIRECT": {
    severity: "error",
    message: "The handshake is redirected, and WeChat does not follow redirects",
    fix: "Save the address that it redirects to; check the slash at its end, and https",
  },
  "HANDSHAKE-FAILED": {
    severity: "error",
    message: "The handshake fails with a server error",
    fix: "Read the server's log of this moment: it fails before it can answer",
  },
  "HANDSHAKE-NO-ANSWER": {
    severity: "error",
    message: "The connection is accepted, but the handshake is not answered within 5 seconds",
    fix: "Make sure that a handler for GET is registered and ends its response",
  },
  "HANDSHAKE-QUOTED": {
    severity: "error",
    message: "The echostr is returned in quotation marks, as JSON",
    fix: "Return it as plain text (PlainTextResponse in FastAPI, res.send of a string in Express)",
  },
  "HANDSHAKE-BOM": {
    severity: "error",
    message: "The echostr is returned after a byte order mark",
    fix: "Save the source and its includes as UTF-8 without BOM; write nothing before the echostr",
  },
  "HANDSHAKE-WHITESPACE": {
    severity: "error",
    message: "The echostr is returned with a line end or blanks around it",
    fix: "Write it without a line end (print adds one), and nothing outside the program's tags",
  },
  "HANDSHAKE-NUMBER": {
    severity: "error",
    message: "The echostr was read as a number and lost its last digits",
    fix: "Treat the echostr as text: it has 19 digits, more than a floating-point number can hold",
  },
  "HANDSHAKE-ALTERED": {
    severity: "error",
    message: "The answer to the handshake is not the echostr and nothing else",
    fix: "Return it byte for byte as the whole body; if an error stands there, compare tokens",
  },
  "HANDSHAKE-ESCAPED": {
    severity: "warning",
    message: "An echostr with special characters is returned changed",
    fix: "Decode the query once, do not trim or escape, and answer as text/plain",
  },
  "HANDSHAKE-SLOW": {
    severity: "warning",
    message: "The handshake takes more than a second",
    fix: "Answer it before anything else is loaded; keep a sleeping instance warm",
  },
  "HANDSHAKE-TYPE": {
    severity: "note",
    message: "The echostr is sent with a Content-Type other than text/plain, or without one",
    fix: "Send text/plain: otherwise a browser may run the content of the echostr",
  },
  "HANDSHAKE-UNSIGNED": {
    severity: "error",
    message: "The echostr is returned to a request that is not signed with the token",
    fix: "Check the signature on GET too: anybody can enter this address for their own account",
  },
  "HANDSHAKE-SCRIPT": {
    severity: "error",
    message: "Anybody's echostr is returned as HTML: a link to this address can run a script there",
    fix: "Check the signature first, and send the echostr as text/plain",
  },
  "TEXT-REFUSED": {
    severity: "error",
    message: "A text with a signature like WeChat's is not accepted",
    fix: "Compare token, mode, key and appid on both sides; the server's log has the cause",
  },
  "UNSIGNED-ANSWERED": {
    severity: "error",
    message: "A message with a missing or wrong signature is answered: anybody can forge messages",
    fix: "Check the signature of every POST before the body is read, in all modes",
  },
  "FORGED-INDISTINCT": {
    severity: "warning",
    message: "A forged message gets the same answer as a valid one, so it may have been handled",
    fix: "Refuse it with a status such as 403, which also shows that it is refused",
  },
  "PLAIN-ANSWERED": {
    severity: "error",
    message: "A plain message is answered although the account is in safe mode",
    fix: "Let the configured mode decide, not the request: without <Encrypt> refuse the message",
  },
  "COMPAT-PLAIN-ANSWERED": {
    severity: "warning",
    message: "In compat mode a message without <Encrypt> is answered, so encryption protects nothing",
    fix: "Require msg_signature and <Encrypt> in compat mode as well, or choose safe mode",
  },
  "COMPAT-FIELDS-BELIEVED": {
    severity: "warning",
    message: "In compat mode the plain fields beside <Encrypt> are used, which are not signed",
    fix: "Read the message from inside <Encrypt> only",
  },
  "MSG-SIGNATURE-UNCHECKED": {
    severity: "error",
    message: "An encrypted message with a missing or wrong msg_signature is answered",
    fix: "Check msg_signature over token, timestamp, nonce and the text of <Encrypt> first",
  },
  "OLD-TIMESTAMP-ANSWERED": {
    severity: "note",
    message: "A request signed a day ago is accepted, so anybody who saw it once can send it for ever",
    fix: "Refuse timestamps that are far from the clock, say 10 minutes (WeChat documents no rule)",
  },
  "PADDING-UNCHECKED": {
    severity: "warning",
    message: "A message with impossible padding is decrypted and answered",
    fix: "Refuse padding that is not 1 to 32 bytes, each equal to their number",
  },
  "LENGTH-UNCHECKED": {
    severity: "warning",
    message: "A message with an impossible length field is decrypted and answered",
    fix: "Read it as an unsigned number, and refuse it if it is larger than the data that follows",
  },
  "APPID-UNCHECKED": {
    severity: "warning",
    message: "A message that was encrypted for another appid is answered",
    fix: "Compare the appid after the message in the decrypted frame with the account's",
  },
  "ENTITY-EXPANDED": {
    severity: "error",
    message: "Entities that a message declares are expanded: a small body can fill the memory",
    fix: "Refuse DOCTYPE in the XML parser (in Python: defusedxml); WeChat never sends one",
  },
  "EXTERNAL-ENTITY": {
    severity: "error",
    message: "An external entity is fetched: a message can read files and call internal addresses",
    fix: "Refuse DOCTYPE, and switch off the parser's external entities and network access",
  },
  "REPLY-INJECTED": {
    severity: "error",
    message: "]]> in a follower's text ends the CDATA of the reply, and the rest becomes XML",
    fix: "Write each ]]> of a value as ]]]]><![CDATA[>",
  },
  "OPENID-INJECTED": {
    severity: "warning",
    message: "]]> in FromUserName ends the CDATA of the reply, and the rest becomes XML",
    fix: "Write each ]]> of a value as ]]]]><![CDATA[>, the names of sender and receiver included",
  },
  "CONTROL-CHARACTER-REFUSED": {
    severity: "warning",
    message: "A text with a control character is not answered, and WeChat does send such texts",
    fix: "Remove U+0001 to U+001F, except tab and line ends, before the XML parser sees the body",
  },
  "CDATA-END-REFUSED": {
    severity: "note",
    message: "A text with an unescaped ]]>, which is not well-formed, is not answered",
    fix: "Treat a bare ]]> in text as text, as WeChat has been seen to send it",
  },
  "UNKNOWN-FIELD-REFUSED": {
    severity: "warning",
    message: "A text with fields that are not documented is not answered; WeChat adds such fields",
    fix: "Ignore unknown elements, nested ones as well",
  },
  "BOM-REFUSED": {
    severity: "note",
    message: "A message after a byte order mark is not answered",
    fix: "Remove U+FEFF at the start of the body before parsing it",
  },
  "TEXT-GARBLED": {
    severity: "warning",
    message: "Characters are returned garbled: the body is decoded chunk by chunk, or not as UTF-8",
    fix: "Collect the body as bytes, decode it once and as UTF-8; store it in utf8mb4",
  },
  "MALFORMED-ANSWERED": {
    severity: "note",
    message: "A message that is not well-formed XML is answered",
    fix: "Refuse a body that the parser cannot read to its end",
  },
  "SERVER-ERROR": {
    severity: "note",
    message: "A request that WeChat would not send causes an error inside the server (status 5xx)",
    fix: "Refuse it with 400 or 403; an unforeseen error may leave work half done",
  },
  "DETAILS-LEAKED": {
    severity: "warning",
    message: "The answer to a wrong request shows internals of the server: a stack or file paths",
    fix: "Switch off debug mode (NODE_ENV=production, DEBUG=False) and log the error instead",
  },
  "REPEAT-REFUSED": {
    severity: "error",
    message: "A repeated delivery is refused: if the first was slow, the follower gets no reply",
    fix: "Do not refuse a known nonce or signature; recognise repeats by the message's id",
  },
  "REPEAT-EMPTY": {
    severity: "warning",
    message: "A repeated delivery gets no reply: if the first was slow, the follower gets none",
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
    message: "A message with a method other than POST is answered",
    fix: "Answer GET and POST only, the others with 405",
  },
  "KEEP-ALIVE-BROKEN": {
    severity: "error",
    message: "The second request on a connection is not answered correctly",
    fix: "Read or discard the rest of a refused body, and send a correct Content-Length",
  },
  "SLOW-CLIENT-BLOCKS": {
    severity: "error",
    message: "While a few connections send slowly, no other request is answered",
    fix: "Serve asynchronously, or put a proxy in front that collects whole requests",
  },
  "SLOW-CLIENT-HELD": {
    severity: "note",
    message: "A request that never ends is held open for longer than 13 seconds",
    fix: "Set time limits for head and body of a request, 10 seconds or so",
  },
  "SERVER-CRASHED": {
    severity: "error",
    message: "The server exited: it cannot be reached after this request",
    fix: "Catch errors of parsing and decrypting, also in callbacks of streams",
  },
  "SERVER-GONE": {
    severity: "error",
    message: "The server did not come back in 5 seconds, so the rest could not be tried",
    fix: "Let it restart when it exits (systemd, pm2, a restart policy of the container)",
  },
  "SERVER-STUCK": {
    severity: "error",
    message: "The server answers no request after this one",
    fix: "Limit the depth, the size and the time of parsing",
  },
  "CONNECTION-DROPPED": {
    severity: "warning",
    message: "The connection was closed without an answer: a worker may have exited",
    fix: "Look into the server's log, and answer wrong requests with a status",
  },
  "CUT-SHORT": {
    severity: "note",
    message: "The time for the check was over before everything was tried",
    fix: "Give it more time with --seconds, or only a part with --only",
  },
} as const;

/** A code of the table. */
export type CheckCode = keyof typeof CHECK_FINDINGS;
