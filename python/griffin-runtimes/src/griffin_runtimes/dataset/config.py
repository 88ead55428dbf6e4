"""The configuration of dataset generation: what api resolves a dataset's definition to."""

from datetime import datetime, timezone
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from griffin_runtimes.config import RuntimeConfig

ColumnName = Annotated[str, Field(min_length=1, max_length=255)]


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Spine(RuntimeConfig):
    """The rows of the dataset: whom it is about, when, and what came of it."""

    uri: str = Field(min_length=1, description="Parquet file, or folder of Parquet files.")
    entity_keys: list[ColumnName] = Field(min_length=1, description="Columns that name the entity.")
    event_time: ColumnName = Field(description="The moment that a row's features must have been known at.")
    label: ColumnName = Field(description="What is to be predicted.")
    columns: list[ColumnName] = Field([], description="Further columns of the spine, kept as features.")


class ViewFeature(RuntimeConfig):
    """One feature taken from a view."""

    name: ColumnName = Field(description="Its column in the dataset.")
    column: ColumnName = Field(description="Its column in the view's source.")


class View(RuntimeConfig):
    """A feature view, and how its rows are found from the spine."""

    id: UUID
    name: str = Field(min_length=1)
    version: int = Field(ge=1)
    uri: str = Field(min_length=1, description="Parquet file, or folder of Parquet files.")
    entity_keys: list[ColumnName] = Field(min_length=1, description="Key columns of the source.")
    spine_keys: list[ColumnName] = Field(
        min_length=1, description="The spine's columns that hold the keys, in the same order."
    )
    event_time: ColumnName = Field(description="When the features were true.")
    available_at: ColumnName | None = Field(
        None, description="When they could first be known. When null, at their event time."
    )
    max_age_seconds: float | None = Field(None, gt=0, description="Features older than this are not used.")
    tie_break: ColumnName | None = Field(None, description="Of rows with one event time, the greatest value wins.")
    features: list[ViewFeature] = Field(min_length=1)


class Window(RuntimeConfig):
    """A span of event time: `from` belongs to it, `until` does not. A time without a zone is UTC."""

    from_: Moment | None = Field(None, alias="from", description="First moment of the split.")
    until: Moment | None = Field(None, description="First moment after the split.")


class DatasetVersion(RuntimeConfig):
    """The dataset version that is to be filled."""

    id: UUID
    name: str = Field(min_length=1)
    version: int = Field(ge=1)


class GenerateConfig(RuntimeConfig):
    """A training dataset: a spine joined point-in-time with feature views, cut into splits by time."""

    dataset: DatasetVersion
    spine: Spine
    views: list[View] = Field([], description="The feature views, in the order of their columns.")
    splits: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")], Window] = Field(
        {}, description="Named splits by event time; they must not overlap. Without any: one split, `all`."
    )
