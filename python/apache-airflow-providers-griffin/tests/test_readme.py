"""The README's example, as it stands there."""

import re
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

from airflow_runs import store, try_out
from platform_server import Platform
from test_operator import A_MODEL

README = Path(__file__).resolve().parents[1] / "README.md"


def test_its_example_runs(platform: Platform, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    file = tmp_path / "flights.py"
    # Within the seconds of a test.
    file.write_text(example.replace("poll_interval=10", "poll_interval=0.05"))
    found = DagBag(dag_folder=file)
    assert found.import_errors == {}
    for dag in found.dags.values():
        store(dag)
    platform.ends = [A_MODEL, A_MODEL]
    assert try_out(found.dags["train_flights"]).state == "success"
    configs = sorted((one.body["config"] for one in platform.submissions), key=len)
    assert configs == [{"max_depth": 3}, {"max_depth": 6, "num_boost_round": 20}]
    assert try_out(found.dags["use_model"]).state == "success"
    said = capfd.readouterr().out
    assert "s3://models/1 {'auc': 0.9}" in said
    assert "there is delays@4" in said
