"""The configuration of the XGBoost runtimes. Its JSON Schema is published, and api checks runs against it."""

from typing import Literal

from pydantic import Field

from griffin_runtimes.config import RuntimeConfig


class TrainConfig(RuntimeConfig):
    """How a gradient boosted tree model is trained. The names are XGBoost's own."""

    features: list[str] | None = Field(
        None, min_length=1, description="Feature columns of the dataset to train on, in order. All of them when null."
    )
    train_split: str = Field("train", min_length=1, description="The dataset's split that the model learns from.")
    validation_split: str | None = Field(
        None, description="The split watched while training. When null: `validation`, where the dataset has one."
    )
    test_split: str | None = Field(
        None, description="The split held out for the final figures. When null: `test`, where the dataset has one."
    )

    objective: Literal["binary:logistic"] = Field("binary:logistic", description="What is learnt: a probability.")
    num_boost_round: int = Field(200, ge=1, le=100_000, description="Number of boosting rounds.")
    early_stopping_rounds: int | None = Field(
        None, ge=1, description="Stop when the log loss on the validation split has not improved for so many rounds."
    )

    learning_rate: float = Field(0.1, gt=0, le=1, description="Shrinkage of each tree's contribution.")
    max_depth: int = Field(6, ge=1, le=64, description="Greatest depth of a tree.")
    max_bin: int = Field(256, ge=2, le=65_536, description="Number of histogram bins per feature.")
    min_child_weight: float = Field(1, ge=0, description="Smallest sum of instance weights that a leaf may hold.")
    subsample: float = Field(1, gt=0, le=1, description="Share of the rows that each round sees.")
    colsample_bytree: float = Field(1, gt=0, le=1, description="Share of the features that each tree sees.")
    gamma: float = Field(0, ge=0, description="Smallest loss reduction that justifies a split.")
    reg_alpha: float = Field(0, ge=0, description="L1 regularisation of the leaf weights.")
    reg_lambda: float = Field(1, ge=0, description="L2 regularisation of the leaf weights.")
    scale_pos_weight: float = Field(1, gt=0, description="Weight of the positive rows.")

    report_every: int = Field(10, ge=1, description="Rounds between two reports of metrics and progress.")
    checkpoint_every: int = Field(
        50, ge=1, description="Rounds between two checkpoints, from which the next attempt goes on."
    )


class ScoreConfig(RuntimeConfig):
    """How a split is scored by a registered model."""

    split: str = Field("test", min_length=1, description="The dataset's split to score.")
    score_column: str = Field("score", min_length=1, description="Name of the column that holds the score.")
    batch_rows: int = Field(65_536, ge=1, le=10_000_000, description="Rows scored at a time: a bound on memory.")
