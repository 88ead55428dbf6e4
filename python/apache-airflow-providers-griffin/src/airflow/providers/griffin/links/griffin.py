"""The links that Airflow shows beside a task."""

from typing import Any

from airflow.sdk import BaseOperator, BaseOperatorLink

import griffin


class GriffinLink(BaseOperatorLink):
    """A link of a run. Airflow asks for it when the task leaves its worker, and keeps the answer as an XCom."""

    # By this name the operator's `run_links` have the address.
    target = ""

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """The address; nothing where the run has no such link yet."""
        links: dict[str, str] = getattr(operator, "run_links", {})
        return links.get(self.target, "")


class GriffinRunLink(GriffinLink):
    """The run itself."""

    name = "Griffin run"
    target = "run"


class GriffinRayDashboardLink(GriffinLink):
    """The dashboard of the Ray cluster that the run is on."""

    name = "Ray dashboard"
    target = "ray_dashboard"


class GriffinMlflowLink(GriffinLink):
    """The run's metrics in MLflow."""

    name = "MLflow run"
    target = "mlflow"


class GriffinLogsLink(GriffinLink):
    """The run's log."""

    name = "Griffin logs"
    target = "logs"


ALL_LINKS = (GriffinRunLink(), GriffinRayDashboardLink(), GriffinMlflowLink(), GriffinLogsLink())


def links_of(api_url: str, run: griffin.Run) -> dict[str, str]:
    """The addresses of all that the run has by now."""
    address = f"{api_url.rstrip('/')}/api/workflows/{run.id}"
    return {"run": address, "logs": f"{address}/logs", **run.links}
