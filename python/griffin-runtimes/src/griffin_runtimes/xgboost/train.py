"""Trains gradient boosted trees on Ray Train, evaluates them and leaves a model."""

import json
import logging
from functools import partial

import xgboost
from ray.exceptions import RayActorError
from ray.train import Checkpoint, CheckpointConfig, LoggingConfig, RunConfig, ScalingConfig, TrainingFailedError
from ray.train.xgboost import XGBoostTrainer

from griffin_runtimes import layout, model
from griffin_runtimes.context import RunContext
from griffin_runtimes.report import ModelOutput, Result
from griffin_runtimes.training.cluster import attached
from griffin_runtimes.training.exhaustion import exhausted_node
from griffin_runtimes.training.failures import failure_of
from griffin_runtimes.training.journal import Entry, Journal, JournalReader
from griffin_runtimes.training.tracking import Tracker
from griffin_runtimes.xgboost.config import TrainConfig
from griffin_runtimes.xgboost.evaluate import evaluate
from griffin_runtimes.xgboost.loop import MODEL_FILE, best_round, is_lost_peer, train_worker
from griffin_runtimes.xgboost.plan import TrainPlan, plan_training

log = logging.getLogger(__name__)


def run(context: RunContext, config: TrainConfig) -> Result:
    """Raises a RuntimeFailure; what the run's Ray workers did is gone by then, but for the checkpoints."""
    context.progress.update("loading", 0.0, "looking at the dataset")
    tracker = Tracker(context, config.model_dump(), lambda url: context.progress.link("mlflow", url))
    succeeded = False
    try:
        plan = plan_training(context, config)
        booster = _train(context, plan, tracker)
        result = _finish(context, plan, booster, tracker)
        succeeded = True
        return result
    finally:
        tracker.close(succeeded)


def _train(context: RunContext, plan: TrainPlan, tracker: Tracker) -> xgboost.Booster:
    context.progress.update("starting", 0.0, f"starting {plan.workers} training workers")
    _claim_checkpoints(context)
    with attached(context):
        journal = Journal()
        with JournalReader(journal, partial(_hear, context, plan, tracker)):
            try:
                result = _trainer(context, plan, journal).fit()
            except (TrainingFailedError, RayActorError) as error:
                is_own_cluster = context.environment.ray_address is None
                raise failure_of(error, is_lost_peer, exhausted_node if is_own_cluster else lambda: None) from error
        assert result.checkpoint is not None
        return _load(result.checkpoint)


def _trainer(context: RunContext, plan: TrainPlan, journal: Journal) -> XGBoostTrainer:
    """Ray Train finds the checkpoints of an earlier attempt by the run's folder and goes on from the newest."""
    filesystem, folder = context.store.filesystem(layout.checkpoints(context.environment.run_root))
    resources = context.spec.resources
    return XGBoostTrainer(
        partial(train_worker, plan, journal),
        scaling_config=ScalingConfig(
            num_workers=plan.workers,
            use_gpu=resources.gpu > 0,
            # Each has the memory of its own pod, however little CPU it asks for.
            placement_strategy="SPREAD",
            resources_per_worker={"CPU": resources.cpu, **({"GPU": resources.gpu} if resources.gpu else {})},
        ),
        run_config=RunConfig(
            name="training",
            storage_path=folder,
            storage_filesystem=filesystem,
            checkpoint_config=CheckpointConfig(num_to_keep=2),
            logging_config=LoggingConfig(log_level="WARNING"),
        ),
    )


def _claim_checkpoints(context: RunContext) -> None:
    """Says who writes here now, and finds out early whether anybody can."""
    claim = {"run_id": context.spec.run_id, "attempt": context.environment.attempt}
    uri = f"{layout.checkpoints(context.environment.run_root)}/attempt.json"
    context.store.put(uri, json.dumps(claim).encode())


def _hear(context: RunContext, plan: TrainPlan, tracker: Tracker, entry: Entry) -> None:
    rounds = plan.config.num_boost_round
    message = f"round {entry.step} of {rounds}"
    log.info("%s: %s", message, ", ".join(f"{name} {value:.5f}" for name, value in entry.metrics.items()))
    context.progress.update("training", entry.step / rounds, message, entry.metrics)
    tracker.log(entry.step, entry.metrics)


def _load(checkpoint: Checkpoint) -> xgboost.Booster:
    with checkpoint.as_directory() as folder:
        return xgboost.Booster(model_file=f"{folder}/{MODEL_FILE}")


def _finish(context: RunContext, plan: TrainPlan, booster: xgboost.Booster, tracker: Tracker) -> Result:
    context.progress.update("evaluating", 1.0, "evaluating the model")
    reached = booster.num_boosted_rounds()
    booster = booster[: best_round(booster)]
    metrics = evaluate(booster, plan)
    tracker.log(reached, metrics)
    folder = context.scratch / "model"
    folder.mkdir()
    manifest = model.Manifest(
        framework_version=xgboost.__version__,
        objective=plan.config.objective,
        rounds=booster.num_boosted_rounds(),
        label=plan.label,
        run_id=context.spec.run_id,
        files=[model.BOOSTER_FILE, model.FEATURES_FILE, model.SIGNATURE_FILE],
    )
    uri = context.output_uri("model")
    output = ModelOutput(
        uri=uri,
        files=context.keep(uri, model.save(folder, booster, plan.features, manifest)),
        framework=model.FRAMEWORK,
        signature=model.signature_of(plan.features),
    )
    return Result(metrics=metrics, outputs=[output])
