"""Where a run's files lie under its artifact root. api reads what is written here."""


def attempt_root(run_root: str, attempt: int) -> str:
    """The folder of what one attempt leaves."""
    return f"{run_root}/attempts/{attempt}"


def report_uri(run_root: str, attempt: int) -> str:
    """The attempt's final report."""
    return f"{attempt_root(run_root, attempt)}/report.json"


def log_stream(run_root: str, attempt: int, stream: str) -> str:
    """The folder of one log stream's chunks."""
    return f"{attempt_root(run_root, attempt)}/logs/{stream}"


def log_chunk(stream_uri: str, offset: int) -> str:
    """A chunk is named by the byte offset it starts at."""
    return f"{stream_uri}/{offset:020d}.log"


def checkpoints(run_root: str) -> str:
    """Checkpoints belong to the run, so that the next attempt goes on from them."""
    return f"{run_root}/checkpoints"
