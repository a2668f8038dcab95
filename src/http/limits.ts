/**
 * What a service holds at once, and how slow those it serves may be. Each is an option, so that a
 * test reaches its far side; docs/operating.md lists them.
 */
export interface Limits {
  /** Bytes of the files of one request. */
  readonly uploadBytesMax: number;
  /** Bytes of the files of a bank in one request, of which each is held whole. */
  readonly bankBytesMax: number;
  /** Bytes of a file of a bank that is shown. */
  readonly shownBytesMax: number;
  /** Uploads that arrive or wait to be imported. */
  readonly uploadsMax: number;
  /** Bytes of uploads on disk, however many they are. */
  readonly uploadsBytesMax: number;
  /** Imports under way; they are recorded one after another anyway. */
  readonly importsMax: number;
  /** How long an upload that has arrived waits for one of these to end. */
  readonly importWaitMs: number;
  /** Files of refused rows that are kept, and their bytes. */
  readonly rejectedMax: number;
  readonly rejectedBytesMax: number;
  /** Bytes of bodies that are read or worked on, uploads and short ones not counted. */
  readonly bodiesBytesMax: number;
  /** In each such time an upload must bring `bodyRateMin` bytes a second. */
  readonly bodyWindowMs: number;
  readonly bodyRateMin: number;
  /** How long any other body may take. */
  readonly bodyMaxMs: number;
  /** In each such time a reader must take `answerRateMin` bytes a second of what waits for it. */
  readonly answerWindowMs: number;
  readonly answerRateMin: number;
  /** Long answers under way, and their bytes. */
  readonly answersMax: number;
  readonly answersBytesMax: number;
  /** Where no more fit, the slowest below so many bytes a second is cut for the next. */
  readonly crowdedRateMin: number;
  /** How long one must have been under way to be cut for that. */
  readonly crowdedAgeMs: number;
}

/**
 * Callers have an answer within half a minute, whatever has become of the database; a command that
 * is under way then goes on.
 */
export const answerMaxMs = 25_000;

const mebibyte = 1024 * 1024;

/** The limits where nothing else is said. */
export const defaultLimits: Limits = {
  uploadBytesMax: 512 * mebibyte,
  bankBytesMax: 32 * mebibyte,
  shownBytesMax: 16 * mebibyte,
  uploadsMax: 32,
  uploadsBytesMax: 4_096 * mebibyte,
  importsMax: 4,
  importWaitMs: 60_000,
  rejectedMax: 1_000,
  rejectedBytesMax: 2_048 * mebibyte,
  bodiesBytesMax: 64 * mebibyte,
  bodyWindowMs: 30_000,
  bodyRateMin: 4_096,
  bodyMaxMs: 30_000,
  answerWindowMs: 60_000,
  answerRateMin: 1_024,
  answersMax: 500,
  answersBytesMax: 128 * mebibyte,
  crowdedRateMin: 65_536,
  crowdedAgeMs: 10_000,
};
