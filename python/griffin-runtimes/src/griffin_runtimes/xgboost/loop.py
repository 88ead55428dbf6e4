"""The training loop: the same on every worker, each on its share of the rows."""

import tempfile
from pathlib import Path

import ray.train
import xgboost
from ray.train import Checkpoint

from griffin_runtimes.training.journal import Entry, Journal
from griffin_runtimes.xgboost.features import columns_of, matrix
from griffin_runtimes.xgboost.plan import TrainPlan

MODEL_FILE = "model.ubj"

# Attributes of a booster, so that a checkpoint knows them too.
_BEST_ROUND, _BEST_LOSS = "griffin_best_round", "griffin_best_loss"


def train_worker(plan: TrainPlan, journal: Journal) -> None:
    """Boosts from the newest checkpoint on. A round depends on its number and not on the attempt it ran in."""
    context = ray.train.get_context()
    rank, workers = context.get_world_rank(), context.get_world_size()
    columns = columns_of(plan.features, plan.label)
    watched = {
        role: matrix(split.share(columns, rank, workers), plan.features, plan.label, plan.threads)
        for role, split in plan.watched().items()
    }
    booster = _newest_booster(plan, list(watched.values()))
    begun = booster.num_boosted_rounds()
    if begun:
        print(f"goes on from round {begun}", flush=True)  # noqa: T201 -- the worker's output is the run's log
    for done in range(begun + 1, plan.config.num_boost_round + 1):
        booster.update(watched["train"], done - 1)
        stop = False
        if done % plan.config.report_every == 0 or done == plan.config.num_boost_round:
            stop = _report(plan, booster, watched, done, journal if rank == 0 else None)
        if stop or done == plan.config.num_boost_round or done % plan.config.checkpoint_every == 0:
            _keep(booster, done, rank)
        if stop:
            return
    if begun >= plan.config.num_boost_round:
        _keep(booster, begun, rank)


def best_round(booster: xgboost.Booster) -> int:
    """How many of a booster's rounds make the model: all, unless it was stopped early."""
    best = booster.attr(_BEST_ROUND)
    return booster.num_boosted_rounds() if best is None else int(best)


def _newest_booster(plan: TrainPlan, data: list[xgboost.DMatrix]) -> xgboost.Booster:
    checkpoint = ray.train.get_checkpoint()
    if checkpoint is None:
        return xgboost.Booster(plan.parameters, data)
    with checkpoint.as_directory() as folder:
        return xgboost.Booster(plan.parameters, data, model_file=str(Path(folder, MODEL_FILE)))


def _report(
    plan: TrainPlan, booster: xgboost.Booster, watched: dict[str, xgboost.DMatrix], done: int, journal: Journal | None
) -> bool:
    """Tells the metrics, and says whether to stop. All workers see the same figures, so they stop together."""
    metrics = _parse(booster.eval_set([(data, role) for role, data in watched.items()], done))
    if journal:
        journal.append(Entry(done, metrics))
    return plan.config.early_stopping_rounds is not None and _is_stale(
        booster, done, metrics["validation_logloss"], plan.config.early_stopping_rounds
    )


def _is_stale(booster: xgboost.Booster, done: int, loss: float, patience: int) -> bool:
    best = booster.attr(_BEST_LOSS)
    if best is None or loss < float(best):
        booster.set_attr(**{_BEST_LOSS: repr(loss), _BEST_ROUND: str(done)})
        return False
    return done - best_round(booster) >= patience


def _keep(booster: xgboost.Booster, done: int, rank: int) -> None:
    """Makes a checkpoint; every worker takes part, and the first one's is kept."""
    if rank != 0:
        ray.train.report({"round": done})
        return
    with tempfile.TemporaryDirectory() as folder:
        booster.save_model(Path(folder, MODEL_FILE))
        ray.train.report({"round": done}, checkpoint=Checkpoint.from_directory(folder))


def _parse(evaluation: str) -> dict[str, float]:
    """XGBoost's `[10]\\ttrain-logloss:0.51\\tvalidation-auc:0.8` as metrics."""
    parts = (part.rsplit(":", 1) for part in evaluation.split("\t")[1:])
    return {name.replace("-", "_"): float(value) for name, value in parts}
