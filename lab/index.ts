/**
 * The simulator: what tests and tools may import.
 *
 * @module
 */
export { createTestPlatform } from "./test-platform.ts";
export type { BotPlace, TestPlatform, TestPlatformOptions, Tried } from "./test-platform.ts";
export type { Conversation } from "./conversation.ts";
export type { Follower, Place } from "./follower.ts";

export { DEFAULT_ACCOUNT, prepareLabAccount } from "./platform/accounts.ts";
export type { LabAccountInput } from "./platform/accounts.ts";
export { createBotTarget } from "./platform/bot-target.ts";
export { composeMessage } from "./platform/compose.ts";
export type { ComposeOptions } from "./platform/compose.ts";
export { deliver, DELIVERIES, DELIVERY_TIMEOUT_MS } from "./platform/delivery.ts";
export type { DeliverOptions } from "./platform/delivery.ts";
export type { FindingCode } from "./platform/finding-code.ts";
export { createHttpTarget } from "./platform/http-target.ts";
export type { HttpTargetOptions } from "./platform/http-target.ts";
export { judge } from "./platform/judge.ts";
export type { Expectation } from "./platform/judge.ts";
export { LabNoAnswer } from "./platform/no-answer.ts";
export { sampleNamed, samples } from "./platform/samples.ts";
export type { Sample } from "./platform/samples.ts";
export { seal, sealHandshake } from "./platform/sealing.ts";
export type { SealOptions } from "./platform/sealing.ts";
export { FAULT_NOTICE } from "./platform/shown.ts";
export type * from "./platform/types.ts";

export { createApiSide } from "./api-side/api-side.ts";
export type { ApiChange, ApiRecord, ApiSide, ApiSideOptions } from "./api-side/api-side.ts";
export type { ApiFaults, Drop, Gate, OddAnswer, Refusal } from "./api-side/faults.ts";
export type { SentMessage } from "./api-side/sent-message.ts";
export { Followers } from "./platform/followers.ts";
export type { FollowerRecord, Interaction } from "./platform/followers.ts";

export type { Difference } from "./transcript/differences.ts";
export { replayTranscript } from "./transcript/replay.ts";
export type { Replayed, ReplayOptions, Stage } from "./transcript/replay.ts";
export { readTranscript, writeTranscript } from "./transcript/transcript.ts";
export type { Transcript, TranscribedLine } from "./transcript/transcript.ts";
