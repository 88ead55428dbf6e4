"""`python -m griffin_runtimes.launch`: claims an attempt, has it done, ships its log and reports how it ended."""

import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

from griffin_runtimes import layout
from griffin_runtimes.api_client import ApiAway, ApiClient, ApiRefused, Claimed, Superseded
from griffin_runtimes.child import SPEC_FILE, run_child
from griffin_runtimes.commit import EXIT_API_AWAY, EXIT_CLAIMED, EXIT_FAILED, EXIT_SUCCEEDED, commit
from griffin_runtimes.environment import AttemptEnvironment, EnvironmentIncomplete
from griffin_runtimes.errors import ArtifactStoreUnavailable, RuntimeFailure
from griffin_runtimes.logs.output import AttemptOutput
from griffin_runtimes.process import Terminated, raise_when_terminated
from griffin_runtimes.report import FinalReport, Result
from griffin_runtimes.store import ArtifactStore, open_store

log = logging.getLogger(__name__)

# Ray reads these when it is imported. All lines, without colours: the log is a record. No watcher for preemptions: a
# worker that goes away ends the attempt, and api decides about the next. Our runtime environment on top of the job's.
RAY_VARIABLES = {
    "RAY_COLOR_PREFIX": "0",
    "RAY_DEDUP_LOGS": "0",
    "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER": "0",
    "RAY_OVERRIDE_JOB_RUNTIME_ENV": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}

EXIT_USAGE = 64
EXIT_TERMINATED = 143


def main() -> int:
    """Returns the exit code.

    0 succeeded or not wanted any more, 1 failed, 64 wrongly started, 75 api away, 76 another boot's, 143 terminated.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s launcher %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        environment = AttemptEnvironment.parse(os.environ)
        store = open_store(environment.run_root, environment.s3)
    except (EnvironmentIncomplete, RuntimeFailure) as error:
        log.error("%s", error)
        return EXIT_USAGE
    raise_when_terminated()
    try:
        return launch(environment, store, os.environ)
    except Terminated:
        return EXIT_TERMINATED


def launch(environment: AttemptEnvironment, store: ArtifactStore, variables: Mapping[str, str]) -> int:
    """One boot of one attempt, from the claim to the commit. Raises Terminated, and then reports nothing."""
    boot_id, started_at = str(uuid4()), _now()
    api = ApiClient(environment)
    try:
        claim = api.start(boot_id)
    except Claimed as answer:
        # No success: whoever asks what became of this process must not take it for the attempt's.
        log.error("not started again: %s", answer)
        return EXIT_CLAIMED
    except Superseded as answer:
        log.info("not started: %s", answer)
        return EXIT_SUCCEEDED
    except ApiRefused as refusal:
        log.error("api refused the start: %s", refusal)
        return EXIT_FAILED
    except ApiAway as away:
        log.error("%s", away)
        return EXIT_API_AWAY
    output = AttemptOutput(store, layout.log_stream(environment.run_root, environment.attempt, "driver"))
    try:
        result = _work(claim, environment, variables, output)
    finally:
        output.close()
    report = FinalReport(
        run_id=environment.run_id,
        attempt=environment.attempt,
        boot_id=boot_id,
        started_at=started_at,
        finished_at=_now(),
        outcome=result.outcome,
        log_tail=None if result.reason is None else output.tail(),
        **dict(result),
    )
    return commit(report, environment, store, api)


def _work(
    claim: dict[str, Any], environment: AttemptEnvironment, variables: Mapping[str, str], output: AttemptOutput
) -> Result:
    output.note(f"attempt {environment.attempt} of run {environment.run_id} starts")
    try:
        output.flush()  # A store that refuses is found out before the work, not after it.
    except ArtifactStoreUnavailable as refusal:
        return Result().failed(refusal)
    # Where the backend looks after it: a launcher that is killed leaves the folder behind.
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=environment.scratch_dir) as scratch:
        Path(scratch, SPEC_FILE).write_text(json.dumps(claim["spec"]))
        result = run_child(Path(scratch), _child_variables(claim, variables), output.write)
    if result.reason is not None:
        output.note(f"failed with {result.reason.code}: {result.reason.message}")
    return result


def _child_variables(claim: dict[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """The definition's own variables come on top, but none of them may pose as the platform's."""
    own = {name: value for name, value in claim["spec"]["env"].items() if not name.startswith("GRIFFIN_")}
    mlflow = {"GRIFFIN_MLFLOW_URL": claim["mlflow_url"]} if claim.get("mlflow_url") else {}
    return {**variables, **RAY_VARIABLES, **own, **mlflow}


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


if __name__ == "__main__":
    sys.exit(main())
