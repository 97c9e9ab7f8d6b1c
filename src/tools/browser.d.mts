export const QUIET_SWITCHES: readonly string[];
/** Path of the browser: $CHROME when set, else the system's. */
export function findBrowser(): string | undefined;
/** Like `findBrowser`, but installs one where that can be done without asking; throws the line a person needs. */
export function ensureBrowser(): string;
