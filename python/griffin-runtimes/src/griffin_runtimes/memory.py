"""What the kernel says of the memory of this process's container, by control groups of version 2 or 1."""

from dataclasses import dataclass
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
# Version 1 says "no limit" by the largest number of whole pages that there is.
_NO_LIMIT = 1 << 60


@dataclass(frozen=True)
class ContainerMemory:
    """`limit_bytes` is None where there is none; `kills` counts what the kernel ended for want of memory."""

    limit_bytes: int | None
    kills: int


def container_memory(cgroups: Path = _CGROUPS) -> ContainerMemory:
    """As far as it can be read: what cannot be read counts as no limit and no kills."""
    if (cgroups / "memory").is_dir():
        limit, events = cgroups / "memory/memory.limit_in_bytes", cgroups / "memory/memory.oom_control"
    else:
        limit, events = cgroups / "memory.max", cgroups / "memory.events"
    counts = dict(line.split(maxsplit=1) for line in _text(events).splitlines() if " " in line)
    return ContainerMemory(_limit(_text(limit)), int(counts.get("oom_kill", "0")))


def ran_out(limit_bytes: int | None, who: str) -> str:
    """The message about a container that used up its memory: of how much, and what to change."""
    limit = "than its machine has" if limit_bytes is None else f"than its limit of {limit_bytes // 1024**2}Mi"
    return f"{who} used more memory {limit}. Ask for more: resources.memory_gib."


def _limit(text: str) -> int | None:
    return int(text) if text.isdigit() and int(text) < _NO_LIMIT else None


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
