"""What Airflow knows of the package when it is installed."""

import importlib
import json
import subprocess

import pytest
from airflow.providers_manager import ProvidersManager
from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime

from airflow.providers.griffin import __version__
from airflow.providers.griffin.get_provider_info import get_provider_info


def test_airflow_lists_it(airflow_cli: str) -> None:
    done = subprocess.run([airflow_cli, "providers", "list", "-o", "json"], capture_output=True, text=True, timeout=120)
    listed = {one["package_name"]: one for one in json.loads(done.stdout[done.stdout.index("[") :])}
    assert listed["apache-airflow-providers-griffin"]["version"] == __version__
    assert listed["apache-airflow-providers-griffin"]["description"] == get_provider_info()["description"]


def test_airflow_has_its_connection_type() -> None:
    found = ProvidersManagerTaskRuntime().hooks["griffin"]
    assert found is not None
    assert (found.hook_name, found.connection_id_attribute_name) == ("Griffin", "griffin_conn_id")
    assert found.connection_testable
    manager = ProvidersManager()
    behaviour = manager.field_behaviours["griffin"]
    assert behaviour["relabeling"] == {"host": "API URL", "password": "Token"}
    fields = {name for name in manager.connection_form_widgets if name.startswith("extra__griffin__")}
    assert fields == {"extra__griffin__deployment", "extra__griffin__retry_seconds"}


@pytest.mark.parametrize("kind", ["hooks", "operators", "sensors", "triggers"])
def test_all_modules_it_names_are_there(kind: str) -> None:
    for integration in get_provider_info().get(kind, []):
        for module in integration["python-modules"]:
            importlib.import_module(module)
