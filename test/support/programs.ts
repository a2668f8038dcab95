import { execFileSync } from "node:child_process";

const browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Whether a program of this machine starts. */
export function hasProgram(name: string, question: string): boolean {
  if (name === "") return false;
  try {
    execFileSync(name, [question], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A browser of this machine, where there is one. */
export function findBrowser(): string | undefined {
  return [process.env["CHROMIUM"] ?? "", ...browsers].find((name) => hasProgram(name, "--version"));
}
