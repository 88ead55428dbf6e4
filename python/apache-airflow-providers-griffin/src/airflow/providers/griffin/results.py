"""What a run leaves for the tasks and DAGs that come after it."""

from typing import Any

from airflow.sdk import Asset, Context

import griffin


def model_uri(run: griffin.Run) -> str | None:
    """Where the trained model is stored."""
    return next((output["uri"] for output in run.outputs if output.get("type") == "model"), None)


def result_of(run: griffin.Run) -> dict[str, Any]:
    """The task's return value."""
    return {"run_id": run.id, "state": run.state, "model_uri": model_uri(run), "metrics": run.final_metrics}


def tell_assets(context: Context, outlets: list[Any], run: griffin.Run) -> None:
    """Says in the event of each asset which model version it is that came to be."""
    version = run.model_version
    extra: dict[str, Any] = {"run_id": run.id, "model_uri": model_uri(run), "metrics": run.final_metrics}
    if version is not None:
        extra |= {"model_name": version.name, "model_version": version.version}
        extra["model"] = f"{version.name}@{version.version}"
    for outlet in outlets:
        if isinstance(outlet, Asset):
            context["outlet_events"][outlet].extra.update(extra)


def why_failed(run: griffin.Run) -> str:
    reason = f"{run.reason.code}: {run.reason.message}" if run.reason else "without a reason"
    return f"Run {run.name} ({run.id}) ended {run.state}, {reason}"
