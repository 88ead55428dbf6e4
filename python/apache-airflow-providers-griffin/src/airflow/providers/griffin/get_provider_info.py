"""What Airflow is told of this package, by its entry point."""

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """By Airflow's schema of provider information. `versions` is left to the package's metadata."""
    return {
        "package-name": "apache-airflow-providers-griffin",
        "name": "Griffin",
        "description": "Trains models on Griffin, an open platform for training machine-learning models",
        "integrations": [{"integration-name": "Griffin", "tags": ["service"]}],
        **{kind: [_modules(kind)] for kind in ("hooks", "operators", "sensors", "triggers")},
        "task-decorators": [
            {"name": "griffin", "class-name": "airflow.providers.griffin.decorators.griffin.griffin_task"}
        ],
        "extra-links": [f"airflow.providers.griffin.links.griffin.{name}" for name in _LINKS],
        "connection-types": [_CONNECTION_TYPE],
    }


def _modules(kind: str) -> dict[str, Any]:
    return {"integration-name": "Griffin", "python-modules": [f"airflow.providers.griffin.{kind}.griffin"]}


_LINKS = ("GriffinRunLink", "GriffinRayDashboardLink", "GriffinMlflowLink", "GriffinLogsLink")

_CONNECTION_TYPE = {
    "connection-type": "griffin",
    "hook-class-name": "airflow.providers.griffin.hooks.griffin.GriffinHook",
    "hook-name": "Griffin",
    "ui-field-behaviour": {
        "hidden-fields": ["login", "schema", "port", "extra"],
        "relabeling": {"host": "API URL", "password": "Token"},
        "placeholders": {"host": "https://griffin.example.com"},
    },
    "conn-fields": {
        "deployment": {
            "label": "Deployment",
            "schema": {"type": ["string", "null"], "maxLength": 250},
            "description": "The name of this Airflow, where several share a Griffin project; airflow when empty.",
        },
        "retry_seconds": {
            "label": "Retry for (seconds)",
            "schema": {"type": ["integer", "null"], "minimum": 0},
            "description": "How long a request is sent again while Griffin is away or busy; 60 when empty.",
        },
    },
}
