"""What Ray leaves in its sessions' log folders, as streams: one per file, with the files that it was rotated to."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from os import DirEntry, scandir
from pathlib import Path

# Ray Train, Ray Data and Ray Serve write into folders of their own. `events` and `export_events` hold Ray's state for
# programs, and what is called `.txt` is written anew each time: none of it is a log.
_FOLDERS = ("", "train", "ray-data", "serve")

# A name that is safe as a part of a key and of a URL. Python rotates to `a.log.1`, Ray's own processes to `a.1.log`.
_LOG = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*?)(?:\.(\d{1,3}))?\.(log|out|err)(?:\.(\d{1,3}))?")
_LONGEST = 128


@dataclass(frozen=True)
class LogFile:
    """A file as it was found. `id` stays when it is renamed."""

    path: Path
    id: str
    size: int

    @classmethod
    def of(cls, path: Path, entry: "DirEntry[str] | Path") -> "LogFile":
        status = entry.stat()
        return cls(path, f"{status.st_dev}:{status.st_ino}", status.st_size)


def find_streams(ray_folder: Path) -> dict[str, list[LogFile]]:
    """The files of each stream that has something in it, the oldest first. Links are not followed."""
    found: dict[str, list[tuple[int, LogFile]]] = defaultdict(list)
    for logs in _sessions(ray_folder):
        in_session: dict[str, list[tuple[int, LogFile]]] = defaultdict(list)
        for folder in _FOLDERS:
            for age, name, file in _logs_in(logs / folder):
                in_session[f"{folder}/{name}" if folder else name].append((age, file))
        for name, files in in_session.items():
            found[name] += sorted(files, key=lambda aged: -aged[0])
    streams = {name: [file for _, file in files] for name, files in found.items()}
    return {name: files for name, files in streams.items() if any(file.size for file in files)}


def _sessions(ray_folder: Path) -> list[Path]:
    """Named by when they began. Commonly one; `session_latest` is a link to the last."""
    return sorted(Path(entry.path, "logs") for entry in _entries(ray_folder) if _is_session(entry))


def _is_session(entry: "DirEntry[str]") -> bool:
    return entry.name.startswith("session_") and entry.is_dir(follow_symlinks=False)


def _logs_in(folder: Path) -> Iterator[tuple[int, str, LogFile]]:
    """How many times it was rotated, the name it began with, and the file."""
    for entry in _entries(folder):
        match = _LOG.fullmatch(entry.name)
        if match is None or len(entry.name) > _LONGEST:
            continue
        stem, inner, ending, outer = match.groups()
        try:
            if entry.is_file(follow_symlinks=False):
                yield int(outer or inner or 0), f"{stem}.{ending}", LogFile.of(Path(entry.path), entry)
        except FileNotFoundError:
            continue  # Rotated since: the next look finds it.


def _entries(folder: Path) -> "list[DirEntry[str]]":
    try:
        with scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
