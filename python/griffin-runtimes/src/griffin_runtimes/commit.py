"""Commits an attempt: its final report goes to the artifact store, then to api."""

import logging

from griffin_runtimes import layout
from griffin_runtimes.api_client import ApiAway, ApiClient, ApiRefused, Superseded
from griffin_runtimes.environment import AttemptEnvironment
from griffin_runtimes.errors import ArtifactStoreUnavailable
from griffin_runtimes.report import FinalReport, Reason
from griffin_runtimes.store import ArtifactStore

log = logging.getLogger(__name__)

EXIT_SUCCEEDED = 0
EXIT_FAILED = 1
EXIT_API_AWAY = 75
EXIT_CLAIMED = 76


def commit(report: FinalReport, environment: AttemptEnvironment, store: ArtifactStore, api: ApiClient) -> int:
    """Returns the launcher's exit code. A success that the store refuses to keep is a failure: none could use it."""
    report = _stored(report, environment, store)
    try:
        api.report(report.to_json())
    except Superseded as answer:
        log.info("api had settled this attempt already (%s)", answer)
        return EXIT_SUCCEEDED
    except ApiAway as away:
        log.error("%s; it will find the report in the artifact store", away)
        return EXIT_API_AWAY
    except ApiRefused as refusal:
        log.error("api refused the report: %s", refusal)
        return EXIT_FAILED
    return EXIT_SUCCEEDED if report.outcome == "succeeded" else EXIT_FAILED


def _stored(report: FinalReport, environment: AttemptEnvironment, store: ArtifactStore) -> FinalReport:
    try:
        store.put(layout.report_uri(environment.run_root, environment.attempt), report.to_json())
    except ArtifactStoreUnavailable as refusal:
        log.error("%s", refusal.message)
        if report.outcome == "succeeded":
            return report.model_copy(update={"outcome": "failed", "reason": Reason.of(refusal), "outputs": []})
    return report
