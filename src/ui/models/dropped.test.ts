import { describe, expect, it } from 'vitest';
import { FILES_MAX, fromFiles, takeDrop } from './dropped.ts';

const file = (name: string) => new File(['x'], name);
function fileEntry(path: string): FileSystemEntry {
	const given = file(path.split('/').at(-1) ?? '');
	return {
		isFile: true,
		isDirectory: false,
		fullPath: `/${path}`,
		file: (done: (f: File) => void) => done(given),
	} as unknown as FileSystemEntry;
}
/** Tells its children two at a time, as browsers tell a hundred. */
function folderEntry(path: string, children: readonly FileSystemEntry[]): FileSystemEntry {
	const createReader = () => {
		const left = [...children];
		return { readEntries: (done: (part: FileSystemEntry[]) => void) => done(left.splice(0, 2)) };
	};
	return { isFile: false, isDirectory: true, fullPath: `/${path}`, createReader } as unknown as FileSystemEntry;
}
function drop(entries: readonly (FileSystemEntry | null)[], files: readonly File[] = []) {
	const items = entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry }));
	return { items, files } as unknown as Pick<DataTransfer, 'items' | 'files'>;
}
const paths = (dropped: Awaited<ReturnType<ReturnType<typeof takeDrop>>>) => (dropped.ok ? dropped.files.map((f) => f.path) : dropped.why);

describe('a drop', () => {
	it('walks folders to the last file, with their paths', async () => {
		const folder = folderEntry('kokoro', [
			fileEntry('kokoro/config.json'),
			folderEntry(
				'kokoro/voices',
				[1, 2, 3].map((n) => fileEntry(`kokoro/voices/${n}.bin`)),
			),
			fileEntry('kokoro/tokenizer.json'),
		]);
		expect(paths(await takeDrop(drop([folder]))())).toEqual([
			'kokoro/config.json',
			'kokoro/voices/1.bin',
			'kokoro/voices/2.bin',
			'kokoro/voices/3.bin',
			'kokoro/tokenizer.json',
		]);
	});
	it('takes the files as they are where the browser gives no entries', async () => {
		expect(paths(await takeDrop(drop([null], [file('model.gguf')]))())).toEqual(['model.gguf']);
	});
	it('refuses an empty folder, and one that holds somebody’s whole disk', async () => {
		expect(paths(await takeDrop(drop([folderEntry('empty', [])]))())).toContain('no file');
		const many = folderEntry(
			'disk',
			Array.from({ length: FILES_MAX + 1 }, (_, n) => fileEntry(`disk/${n}`)),
		);
		expect(paths(await takeDrop(drop([many]))())).toContain('more than 2000 files');
	});
	it('says why a file could not be read', async () => {
		const broken = { isFile: true, fullPath: '/a', file: (_: unknown, fail: (e: Error) => void) => fail(new Error('it is gone')) };
		expect(paths(await takeDrop(drop([broken as unknown as FileSystemEntry]))())).toBe('It could not be read: it is gone');
	});
});

it('files of a picker keep their folder', () => {
	const inFolder = Object.defineProperty(file('a.onnx'), 'webkitRelativePath', { value: 'mine/a.onnx' });
	expect(paths(fromFiles([inFolder, file('b.gguf')]))).toEqual(['mine/a.onnx', 'b.gguf']);
	expect(paths(fromFiles([]))).toContain('no file');
});
