"""How good a model is, beside what the base rate alone would say."""

import numpy as np
import xgboost
from sklearn.metrics import log_loss, roc_auc_score

from griffin_runtimes.xgboost.features import columns_of, matrix
from griffin_runtimes.xgboost.plan import TrainPlan


def evaluate(booster: xgboost.Booster, plan: TrainPlan) -> dict[str, float]:
    """ROC AUC and log loss per split. `base_rate` is the split's share of positives; `base_rate_auc` and
    `base_rate_logloss` are what a model gets there that always answers the training split's base rate."""
    metrics: dict[str, float] = {}
    guess: float | None = None
    for role, split in plan.splits.items():
        data = matrix(split.read(columns_of(plan.features, plan.label)), plan.features, plan.label, plan.threads)
        label = data.get_label()
        guess = float(label.mean()) if guess is None else guess
        metrics |= {f"{role}_{name}": value for name, value in _figures(label, booster.predict(data), guess).items()}
    return metrics


def _figures(label: np.ndarray, score: np.ndarray, guess: float) -> dict[str, float]:
    guesses = np.full(len(label), guess)
    figures = {
        "logloss": float(log_loss(label, score.astype(np.float64), labels=[0, 1])),
        "base_rate": float(label.mean()),
        "base_rate_logloss": float(log_loss(label, guesses, labels=[0, 1])),
    }
    if 0 < label.mean() < 1:  # With one class alone there is no order to judge.
        figures["auc"] = float(roc_auc_score(label, score))
        figures["base_rate_auc"] = float(roc_auc_score(label, guesses))
    return figures
