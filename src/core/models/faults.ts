// What can be wrong with an answer of a server that should send a file, each in a sentence, and whether asking again can help. Nothing
// here trusts a server: what passes is still hashed.

export type FaultKind =
	| 'silent'
	| 'stalled'
	| 'status'
	| 'busy'
	| 'html'
	| 'wrong-length'
	| 'wrong-part'
	| 'too-long'
	| 'truncated'
	| 'corrupt'
	| 'changed'
	| 'bad-listing';

export interface Fault {
	readonly kind: FaultKind;
	/** A whole sentence that names the server and the file. */
	readonly why: string;
	/** `again`: it may pass. `never`: this server is of no use for this file. */
	readonly retry: 'again' | 'never';
	/** What the server asks us to wait. */
	readonly waitMs?: number;
}

/** Headers and status as `fetch` gives them; null = absent, or hidden by CORS. */
export interface Answer {
	readonly status: number;
	readonly type: string | null;
	readonly contentLength: string | null;
	readonly contentRange: string | null;
	readonly contentEncoding: string | null;
	readonly retryAfterMs: number;
}
export interface Asked {
	/** For a person: `weights.example`, `this page`, `the companion`. */
	readonly from: string;
	readonly path: string;
	readonly fileBytes: number;
	/** Bytes asked for, `to` exclusive. */
	readonly range: { readonly from: number; readonly to: number };
}

/**
 * Looks at an answer before its body is read.
 *
 * @returns the position in the file of the body's first byte; 0 where a server ignored the range and sends all
 */
export function judgeAnswer(answer: Answer, asked: Asked): { readonly startsAt: number } | Fault {
	const { status } = answer;
	const file = `"${asked.path}"`;
	if (status === 429 || status === 503 || status === 408 || status === 425) {
		return {
			kind: 'busy',
			why: `${asked.from} is busy (HTTP ${status}) and asks to wait.`,
			retry: 'again',
			waitMs: answer.retryAfterMs,
		};
	}
	if (status >= 500) return { kind: 'status', why: `${asked.from} failed (HTTP ${status}) when asked for ${file}.`, retry: 'again' };
	if (status === 404 || status === 410) return { kind: 'status', why: `${asked.from} has no ${file} (HTTP ${status}).`, retry: 'never' };
	if (status === 401 || status === 403)
		return { kind: 'status', why: `${asked.from} does not give ${file} to anybody (HTTP ${status}): it wants a login.`, retry: 'never' };
	if (status === 416)
		return {
			kind: 'wrong-length',
			why: `${asked.from} has no byte ${asked.range.from} of ${file} (HTTP 416): its file is shorter than the ${asked.fileBytes} bytes promised.`,
			retry: 'never',
		};
	if (status !== 200 && status !== 206)
		return { kind: 'status', why: `${asked.from} answers HTTP ${status} when asked for ${file}.`, retry: 'never' };
	if (/^text\/html\b/i.test(answer.type ?? '') && !/\.html?$/.test(asked.path))
		return {
			kind: 'html',
			why: `${asked.from} sends a web page instead of ${file}: a login or an error page, or a wrong address.`,
			retry: 'never',
		};
	// With an encoding the length is that of what travels, which says nothing of the file.
	const length = answer.contentEncoding === null && answer.contentLength !== null ? Number(answer.contentLength) : undefined;
	if (status === 200) {
		if (length !== undefined && length !== asked.fileBytes)
			return {
				kind: 'wrong-length',
				why: `${asked.from} says that ${file} has ${length} bytes; ${asked.fileBytes} were promised.`,
				retry: 'never',
			};
		return { startsAt: 0 };
	}
	return judgePart(answer.contentRange, length, asked);
}

function judgePart(contentRange: string | null, length: number | undefined, asked: Asked): { readonly startsAt: number } | Fault {
	const file = `"${asked.path}"`;
	if (contentRange !== null) {
		const read = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange);
		if (read === null) return { kind: 'wrong-part', why: `${asked.from} sends a part of ${file} and does not say which.`, retry: 'never' };
		const [, first, last, total] = read;
		if (total !== '*' && Number(total) !== asked.fileBytes)
			return {
				kind: 'wrong-length',
				why: `${asked.from} says that ${file} has ${total} bytes; ${asked.fileBytes} were promised.`,
				retry: 'never',
			};
		if (Number(first) !== asked.range.from || Number(last) >= asked.range.to)
			return {
				kind: 'wrong-part',
				why: `${asked.from} was asked for bytes ${asked.range.from} to ${asked.range.to - 1} of ${file} and sends ${first} to ${last}.`,
				retry: 'never',
			};
		return { startsAt: asked.range.from };
	}
	// Another origin shows the header only if it wants to; the hashes tell whether it was the right part.
	if (length !== undefined && length > asked.range.to - asked.range.from)
		return { kind: 'too-long', why: `${asked.from} sends more of ${file} than was asked for.`, retry: 'never' };
	return { startsAt: asked.range.from };
}

export function truncated(asked: Asked, endedAt: number): Fault {
	return {
		kind: 'truncated',
		why: `${asked.from} stopped sending "${asked.path}" at byte ${endedAt} of ${asked.fileBytes}.`,
		retry: 'again',
	};
}
export function corrupt(asked: Asked, chunk: number, times: number): Fault {
	return {
		kind: 'corrupt',
		why: `Chunk ${chunk + 1} of "${asked.path}" from ${asked.from} does not have the SHA-256 promised: its bytes are damaged or another version's${times > 1 ? ', and so they were the second time' : ''}.`,
		retry: times > 1 ? 'never' : 'again',
	};
}
export function wholeCorrupt(asked: Asked, pinned: boolean): Fault {
	return {
		kind: pinned ? 'changed' : 'corrupt',
		why: pinned
			? `"${asked.path}" from ${asked.from} is not the file that its hub listed when the model was first asked for. It is refused; delete the model to take the hub's new version.`
			: `"${asked.path}" from ${asked.from} does not have the SHA-256 promised.`,
		retry: 'never',
	};
}
export function silent(asked: Asked, detail: string): Fault {
	return {
		kind: 'silent',
		why: `${asked.from} cannot be reached for "${asked.path}": no connection, or it does not let this page read${detail === '' ? '' : ` (${detail})`}.`,
		retry: 'again',
	};
}
export function cut(asked: Asked, at: number): Fault {
	return { kind: 'silent', why: `The connection to ${asked.from} was cut at byte ${at} of "${asked.path}".`, retry: 'again' };
}
export function stalled(asked: Asked, seconds: number): Fault {
	return { kind: 'stalled', why: `${asked.from} sent nothing of "${asked.path}" for ${seconds} seconds.`, retry: 'again' };
}
