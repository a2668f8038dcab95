import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";

/**
 * Files that banks and others wrote, and the schemas: genkgo/camt and svapnil/iso20022.js. They lie
 * beside the project and are not part of it; where they are absent, tests of them are skipped.
 */
export const samplesFolder = join(projectRoot, "..", "shared", "data", "iso20022");

const found = await readdir(samplesFolder, { recursive: true }).catch(() => []);

/** The samples by their paths in the folder, none where it is absent. */
export const sampleFiles = found.filter((path) => path.endsWith(".xml")).sort();

/** Why a test of the samples is skipped; false where it is not. */
export const withoutSamples = sampleFiles.length === 0 && `no samples in ${samplesFolder}`;
