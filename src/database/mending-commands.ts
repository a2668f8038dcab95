import { userInfo } from "node:os";
import { resolve } from "node:path";

/** Makes a file its owner's alone, as a command that a message shows. */
export function makePrivate(file: string): string {
  return `chmod 600 ${shellWord(resolve(file))}`;
}

/** Gives a file to the user who runs this, and to no other. */
export function takeFile(file: string): string {
  return `sudo chown ${currentUser()} ${shellWord(resolve(file))} && ${makePrivate(file)}`;
}

/** Gives a folder, with all that is in it, to a user; the one who runs this unless said. */
export function giveFolder(folder: string, user: string = currentUser()): string {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}chown -R ${user} ${shellWord(folder)}`;
}

/** Lets the owner of a folder read and write all that is in it. */
export function openFolder(folder: string): string {
  return `chmod -R u+rwX ${shellWord(folder)}`;
}

/** Who runs this, as `chown` takes it: by name, or by number where the user has none. */
function currentUser(): string {
  try {
    return shellWord(userInfo().username);
  } catch {
    return String(process.getuid?.());
  }
}

/** A text as one word of a POSIX shell, quoted if need be. */
function shellWord(text: string): string {
  if (/^[\p{L}\p{N}/._+:@%=-]+$/u.test(text)) return text;
  // A message is one line, so a line break in a name is written as the shell reads one.
  return `'${text.replaceAll("'", `'\\''`).replaceAll("\n", `'$'\\n''`)}'`;
}
