"""Answers as the API gives them."""

from typing import Any

RUN_ID = "00000000-0000-7000-8000-00000000000a"
AT = "2026-01-01T00:00:00.000Z"


def a_run(**changes: Any) -> dict[str, Any]:
    state = changes.get("state", "RUNNING")
    return {
        "id": RUN_ID,
        "project_id": "00000000-0000-7000-8000-00000000000b",
        "name": "train-flights",
        "kind": "train",
        "definition": {"id": RUN_ID, "name": "train-flights", "version": 1},
        "state": state,
        "is_terminal": state in ("SUCCEEDED", "FAILED", "TERMINATED"),
        "is_successful": state == "SUCCEEDED",
        "retryable": False,
        "reason": None,
        "log_tail": None,
        "attempt": 1,
        "observation": {"status": "seen", "since": AT},
        "resources": "held",
        "progress": None,
        "metrics": {},
        "inputs": [],
        "outputs": [],
        "links": {},
        "model_version": None,
        "dataset_version": None,
        "owner_ref": None,
        "owner_lease_seconds": None,
        "tags": [],
        "revision": 1,
        "spec_digest": "0" * 64,
        "spec": {},
        "created_at": AT,
        "started_at": None,
        "finished_at": None,
        **changes,
    }


def a_log(text: str, cursor: str | None = None, attempt: int = 1) -> dict[str, Any]:
    return {"attempt": attempt, "stream": "driver", "text": text, "next_cursor": cursor, "complete": cursor is None}


def a_dataset(**changes: Any) -> dict[str, Any]:
    return {
        "id": RUN_ID,
        "name": "flights",
        "version": 3,
        "state": "READY",
        "run_id": RUN_ID,
        "reason": None,
        "description": "",
        "features": [],
        "uri": None,
        "schema": None,
        "row_count": None,
        "statistics": None,
        "splits": None,
        "label": None,
        "feature_columns": None,
        "fingerprint": None,
        "source_fingerprints": None,
        "created_at": AT,
        "finished_at": None,
        **changes,
    }
