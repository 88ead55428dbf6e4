"""Progress on its way to api."""

from attempts import PROJECT_ID, RUN_ID, eventually
from fake_api import FakeApi
from griffin_runtimes.api_client import ApiClient
from griffin_runtimes.environment import AttemptEnvironment, S3Settings
from griffin_runtimes.progress import Progress


def test_progress_is_throttled_and_the_newest_wins(api: FakeApi) -> None:
    environment = AttemptEnvironment(
        RUN_ID, 1, PROJECT_ID, api.url, "t", "file:///x", None, None, None, S3Settings(None, None, None, None)
    )
    api.answers["progress"] = [(500, {})]
    progress = Progress(ApiClient(environment), interval_seconds=0.2)
    progress.link("mlflow", "http://a-run")
    eventually(lambda: len(api.bodies("progress")) == 1)
    for step in range(100):
        progress.update("training", step / 100, f"round {step}", {"loss": 1.0})
    eventually(lambda: len(api.bodies("progress")) == 2)
    progress.close()
    first, second = api.bodies("progress")
    assert first == {"links": {"mlflow": "http://a-run"}}
    assert second == {
        "links": {"mlflow": "http://a-run"},
        "progress": {"phase": "training", "fraction": 0.99, "message": "round 99", "metrics": {"loss": 1.0}},
    }
