"""Trainings on this machine, without a service: `griffin.local.run("train.yaml")`."""

from griffin.local.run import LocalRun, run

__all__ = ["LocalRun", "run"]
