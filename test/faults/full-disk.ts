import { execFile } from 'node:child_process';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const chunk = Buffer.alloc(1024 * 1024);

/** Nobody but root makes file systems. */
export class DiskUnavailable extends Error {
  constructor(cause: unknown) {
    const how = 'As another user run it under: unshare --user --map-root-user --mount';
    super(`A small file system cannot be mounted. ${how}`, { cause });
  }
}

/** A small file system of its own. */
export class SmallDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async mount(folder: string, megabytes: number): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true });
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder]);
    } catch (error) {
      throw new DiskUnavailable(error);
    }
    return new SmallDisk(folder);
  }

  /** Writes until there is no space left. */
  async fill(): Promise<void> {
    for (;;) {
      try {
        await appendFile(this.#filler, chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
        throw error;
      }
    }
  }

  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', [this.folder]);
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }
}
