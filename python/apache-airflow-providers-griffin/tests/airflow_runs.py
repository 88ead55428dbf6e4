"""Runs DAGs with `dag.test()` in this process, on the migrated SQLite of the tests."""

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.models.taskinstance import TaskInstance, clear_task_instances
from airflow.models.xcom import XComModel
from airflow.sdk import DAG
from airflow.sdk.definitions.dag import _run_task
from airflow.utils.session import create_session

_numbers = itertools.count(1)


@dataclass
class Ran:
    """What is left of a run of a DAG."""

    dag: DAG
    run_id: str
    state: str

    def task(self, task_id: str = "train") -> TaskInstance:
        with create_session() as session:
            found = session.query(TaskInstance).filter_by(dag_id=self.dag.dag_id, run_id=self.run_id, task_id=task_id)
            return found.one()

    def xcom(self, key: str = "return_value", task_id: str = "train") -> Any:
        with create_session() as session:
            found = session.query(XComModel).filter_by(
                dag_id=self.dag.dag_id, run_id=self.run_id, task_id=task_id, key=key
            )
            row = found.one_or_none()
            return None if row is None else XComModel.deserialize_value(row)

    def all_xcoms(self) -> list[tuple[str, Any]]:
        with create_session() as session:
            rows = session.query(XComModel).filter_by(dag_id=self.dag.dag_id, run_id=self.run_id)
            return [(row.key, row.value) for row in rows]

    def clear(self, task_id: str = "train") -> "Ran":
        """The task is cleared, and runs until it is through with its retries."""
        with create_session() as session:
            clear_task_instances([session.merge(self.task(task_id))], session)
        while (ti := self.task(task_id)).state in (None, "up_for_retry"):
            with create_session() as session:
                ti = session.merge(ti)
                ti.try_number += 1
                ti.state = "scheduled"
                session.commit()
                _run_task(ti=ti, task=self.dag.get_task(task_id), run_triggerer=True)
        return self


def run_dag(tasks: Callable[[], Any], **more: Any) -> Ran:
    """Runs a DAG of the tasks that are made. Retries come at once."""
    number = next(_numbers)
    defaults = {"retry_delay": timedelta(0), **more.pop("default_args", {})}
    with DAG(f"dag_{number}", schedule=None, start_date=datetime(2026, 1, 1), default_args=defaults, **more) as dag:
        tasks()
    store(dag)
    return try_out(dag)


def store(dag: DAG) -> None:
    """As the DAG processor does with what it finds in a file."""
    bag = DagBag(dag_folder=os.devnull)
    bag.bag_dag(dag)
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)


def try_out(dag: DAG, **more: Any) -> Ran:
    """`more`: what `dag.test()` takes."""
    run = dag.test(**more)
    return Ran(dag, run.run_id, str(run.state))
