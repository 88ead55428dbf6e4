"""`@task.griffin`: a run whose spec is made by a function."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from airflow.sdk import Context
from airflow.sdk.bases.decorator import DecoratedOperator, TaskDecorator, determine_kwargs, task_decorator_factory
from airflow.sdk.definitions.context import context_merge
from airflow.sdk.exceptions import AirflowFailException

from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator


class _GriffinDecoratedOperator(DecoratedOperator, GriffinRunWorkflowOperator):
    """The function runs in each try, before the submission: it is to return the same for the same task."""

    template_fields: Sequence[str] = (
        *DecoratedOperator.template_fields,
        *(name for name in GriffinRunWorkflowOperator.template_fields if name != "spec"),
    )
    template_fields_renderers = {
        **DecoratedOperator.template_fields_renderers,
        **{name: kind for name, kind in GriffinRunWorkflowOperator.template_fields_renderers.items() if name != "spec"},
    }
    custom_operator_name = "@task.griffin"

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if "spec" in kwargs:
            raise ValueError("spec: leave it out, the function returns it")
        super().__init__(python_callable=python_callable, op_args=op_args, op_kwargs=op_kwargs, **kwargs)

    def execute(self, context: Context) -> dict[str, Any]:
        context_merge(context, self.op_kwargs)
        arguments = determine_kwargs(self.python_callable, self.op_args, context)
        spec = self.python_callable(*self.op_args, **arguments)
        if not isinstance(spec, dict):
            name = self.python_callable.__name__
            raise AirflowFailException(f"{name} returned {type(spec).__name__}: it is to return the run's spec, a dict")
        self.spec = spec
        result: dict[str, Any] = super().execute(context)
        return result

    def get_openlineage_facets_on_start(self) -> None:
        """Nothing: what the run reads is known when the function has said so."""


def griffin_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Runs a workflow with what the function returns as its spec.

        @task.griffin(workflow="train-flights")
        def train(rounds: int):
            return {"config": {"num_boost_round": rounds}, "inputs": {"dataset": "flights"}}

    The other arguments are those of GriffinRunWorkflowOperator, and go before what the spec says.
    """
    return task_decorator_factory(
        python_callable=python_callable, decorated_operator_class=_GriffinDecoratedOperator, **kwargs
    )
