"""The training loop: the same on every worker, each on its share of the rows."""

import tempfile
from pathlib import Path

import ray.train
import xgboost
from ray.train import Checkpoint

from griffin_runtimes.errors import ArtifactStoreUnavailable
from griffin_runtimes.training.journal import Entry, Journal
from griffin_runtimes.xgboost.features import columns_of, matrix
from griffin_runtimes.xgboost.plan import TrainPlan

MODEL_FILE = "model.ubj"

# Attributes of a booster, so that a checkpoint knows them too.
_BEST_ROUND, _BEST_LOSS = "griffin_best_round", "griffin_best_loss"


def train_worker(plan: TrainPlan, journal: Journal) -> None:
    """Boosts from the newest checkpoint on.

    XGBoost's random state does not survive a checkpoint. So every attempt leaves it behind at each of them and goes on
    from the file, and the model is the same however often the training was interrupted.
    """
    context = ray.train.get_context()
    rank, workers = context.get_world_rank(), context.get_world_size()
    columns = columns_of(plan.features, plan.label)
    watched = {
        role: matrix(split.share(columns, rank, workers), plan.features, plan.label, plan.threads)
        for role, split in plan.watched().items()
    }
    booster = _newest_booster(plan, watched)
    begun, last = booster.num_boosted_rounds(), plan.config.num_boost_round
    if begun:
        print(f"goes on from round {begun}", flush=True)  # noqa: T201 -- the worker's output is the run's log
    for done in range(begun + 1, last + 1):
        booster.update(watched["train"], done - 1)
        stop = False
        if done % plan.config.report_every == 0 or done == last:
            stop = _report(plan, booster, watched, done, journal if rank == 0 else None)
        if stop or done == last or done % plan.config.checkpoint_every == 0:
            model = booster.save_raw("ubj")
            _keep(model, done, rank)
            booster = _booster(plan, watched, model)
        if stop:
            break
    if begun >= last:  # An earlier attempt was done but for what follows the training.
        _keep(booster.save_raw("ubj"), begun, rank)


def best_round(booster: xgboost.Booster) -> int:
    """How many of a booster's rounds make the model: all, unless it was stopped early."""
    best = booster.attr(_BEST_ROUND)
    return booster.num_boosted_rounds() if best is None else int(best)


def is_lost_peer(error: BaseException) -> bool:
    """Whether XGBoost failed because it could not hear another worker any more."""
    return isinstance(error, xgboost.core.XGBoostError) and "/collective/" in str(error)


def _newest_booster(plan: TrainPlan, watched: dict[str, xgboost.DMatrix]) -> xgboost.Booster:
    checkpoint = ray.train.get_checkpoint()
    if checkpoint is None:
        return _booster(plan, watched, None)
    with checkpoint.as_directory() as folder:
        return _booster(plan, watched, bytearray(Path(folder, MODEL_FILE).read_bytes()))


def _booster(plan: TrainPlan, watched: dict[str, xgboost.DMatrix], model: bytearray | None) -> xgboost.Booster:
    return xgboost.Booster(plan.parameters, list(watched.values()), model_file=model)


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


def _keep(model: bytearray, done: int, rank: int) -> None:
    """Makes a checkpoint; every worker takes part, and the first one's is kept."""
    if rank != 0:
        ray.train.report({"round": done})
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, MODEL_FILE).write_bytes(model)
        try:
            ray.train.report({"round": done}, checkpoint=Checkpoint.from_directory(folder))
        except OSError as error:
            raise ArtifactStoreUnavailable("write", f"the checkpoint of round {done}", error) from error


def _parse(evaluation: str) -> dict[str, float]:
    """XGBoost's `[10]\\ttrain-logloss:0.51\\tvalidation-auc:0.8` as metrics."""
    parts = (part.rsplit(":", 1) for part in evaluation.split("\t")[1:])
    return {name.replace("-", "_"): float(value) for name, value in parts}
