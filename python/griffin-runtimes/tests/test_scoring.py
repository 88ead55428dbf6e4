"""Batch scoring with a saved model, by a launched run."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attempts import AttemptFolder
from fake_api import FakeApi
from griffin_runtimes import model
from griffin_runtimes.errors import RuntimeFailure
from griffin_runtimes.spec import DatasetInput
from griffin_runtimes.xgboost.score import key_columns
from runs import MODEL, scoring
from training_fixtures import FEATURES, table


def test_scores_every_row_as_the_model_does(attempt: AttemptFolder, api: FakeApi, given_model: dict[str, Any]) -> None:
    assert attempt.launch(scoring(attempt, given_model, batch_rows=300)).wait(60) == 0
    (output,) = api.bodies("report")[0]["outputs"]
    assert (output["type"], output["row_count"]) == ("predictions", 1000)
    predictions = pq.read_table(attempt.root / "attempts/1/predictions/predictions.parquet")
    rows = pq.read_table(attempt.folder / "data/test.parquet")
    assert predictions.column_names == ["flight", "score"]
    assert predictions.column("flight").equals(rows.column("flight"))
    assert predictions.column("score").to_pylist() == model.load(attempt.folder / "model").score(rows).tolist()


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"split": "later"}, "config_invalid", "no split `later` (named by /config/split); it has: test"),
        ({"surprise": 1}, "config_invalid", "/config/surprise: is not a setting of this runtime; there are: split"),
    ],
)
def test_refuses_what_it_cannot_score(
    attempt: AttemptFolder, api: FakeApi, given_model: dict[str, Any], change: dict[str, Any], code: str, message: str
) -> None:
    assert attempt.launch(scoring(attempt, given_model, **change)).wait(60) == 1
    reason = api.bodies("report")[0]["reason"]
    assert reason["code"] == code
    assert message in reason["message"]


def test_a_missing_feature_is_named(given_model: dict[str, Any], attempt: AttemptFolder) -> None:
    scorer = model.load(attempt.folder / "model")
    with pytest.raises(RuntimeFailure, match="no column `wind`"):
        scorer.score(table(10, 2).drop_columns(["wind"]))


def test_an_unknown_category_is_missing_and_order_of_columns_does_not_matter(
    given_model: dict[str, Any], attempt: AttemptFolder
) -> None:
    scorer, rows = model.load(attempt.folder / "model"), table(50, 3)
    carrier = rows.schema.get_field_index("carrier")
    strange = rows.set_column(carrier, "carrier", pa.array(["??"] * 50))
    missing = rows.set_column(carrier, "carrier", pa.array([None] * 50, pa.string()))
    assert scorer.score(strange).tolist() == scorer.score(missing).tolist()
    assert scorer.score(rows.select(rows.column_names[::-1])).tolist() == scorer.score(rows).tolist()


def test_the_keys_are_those_that_the_file_names_even_if_they_are_features() -> None:
    made = table(5, 4).schema.with_metadata({"griffin": '{"entity_keys": ["carrier"], "event_time": "flight"}'})
    dataset = DatasetInput.model_validate(
        {"type": "dataset", **{k: MODEL[k] for k in ("id", "name", "version")}, "uri": "file:///x", "splits": {}}
        | {"label": "late", "feature_columns": FEATURES}
    )
    assert key_columns(made, dataset) == ["carrier", "flight"]
    assert key_columns(made.remove_metadata(), dataset) == ["flight"]
