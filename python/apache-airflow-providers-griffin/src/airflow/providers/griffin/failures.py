"""What Airflow is to make of a failure: to try again, or not."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowException, AirflowFailException

import griffin


def failure(message: str, retryable: bool) -> AirflowException:
    """Retried as often as the task says, or not at all, where the same would come of it again."""
    return AirflowException(message) if retryable else AirflowFailException(message)


@contextmanager
def airflow_failures() -> Iterator[None]:
    """Raises as Airflow's what Griffin's client raises."""
    try:
        yield
    except griffin.GriffinError as error:
        raise failure(str(error), error.retryable) from error
