"""A training in a file: the same one is submitted, and run on this machine.

    name: train-flights
    runtime: xgboost
    inputs: {dataset: flights@3}
    outputs: {model: {name: flight-delay}}
    config: {num_boost_round: 40}
    resources: {workers: 2, cpu: 1, memory_gib: 1}
    seed: 7
    local: {dataset: data/flights}      # a folder with a Parquet file for each split

It says what a workflow definition says (`griffin.definition`), beside that `seed`, and in `local` what a run on this
machine reads in place of `inputs`. An `architecture` may be named, or described in full.
"""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, PrivateAttr, Tag, ValidationError

from griffin._answer import Strict
from griffin._body import body_of
from griffin._extras import need
from griffin.definition import CreateArchitecture, CreateDefinition
from griffin.errors import FieldError, GriffinError

if TYPE_CHECKING:
    from griffin._sync.client import Client
    from griffin._sync.run import Run


class FileInvalidError(GriffinError):
    """A file does not say what it should; `errors` has the fields at fault, with what to do."""

    def __init__(self, file: Path, errors: Sequence[FieldError]) -> None:
        self.file = file
        self.errors = list(errors)
        points = "".join(f"\n  {error.field or '(file)'}: {error.message}" for error in errors)
        super().__init__(f"{file} is not a training that can be run:{points}")


class LocalInputs(Strict):
    """What a run on this machine reads."""

    dataset: Annotated[str | None, Field(min_length=1)] = None
    """A folder with a Parquet file for each split, `train.parquet` at least; relative to the file."""
    label: str | None = None
    """The column to predict. A dataset that Griffin generated says it itself."""
    features: list[str] | None = None
    """The columns to learn from. Those that Griffin generated the dataset with, or else all others."""


# What a submission may say otherwise than its definition, and the API lays over that.
_OF_A_RUN = ("config", "env", "inputs", "limits", "outputs", "resources", "runtime")

# Whether an architecture is named or described does not belong into the path of a field at fault.
_Architecture = Annotated[
    Annotated[str, Tag("-")] | Annotated[CreateArchitecture, Tag("")],
    Discriminator(lambda value: "-" if isinstance(value, str) else ""),
]


class TrainingFile(CreateDefinition):
    """What the file says."""

    kind: Literal["train", "generate-dataset", "evaluate", "batch-infer", "custom"] = "train"
    stage: Literal["prototype", "production"] = "prototype"
    architecture: _Architecture | None = None  # type: ignore[assignment]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    local: LocalInputs = LocalInputs()
    _source: Path = PrivateAttr(default=Path("train.yaml"))
    # Of the fields that are changed for this run alone: what the file says.
    _in_file: dict[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def read(cls, file: str | Path, changes: Sequence[str] = ()) -> "TrainingFile":
        """Reads a YAML file, with `changes` as `config.max_depth=8` on top. Raises FileInvalidError."""
        file = Path(file)
        as_in_file = _load(file)
        said = deepcopy(as_in_file)
        for change in changes:
            _apply(change, said, file)
        try:
            training = cls.model_validate(said)
        except ValidationError as error:
            raise FileInvalidError(file, [_field_error(one) for one in error.errors()]) from None
        training._source = file
        training._in_file = {
            field: as_in_file.get(field) for field in _OF_A_RUN if _lies_over(as_in_file.get(field), said.get(field))
        }
        return training

    @property
    def source(self) -> Path:
        """Where it lies."""
        return self._source

    def submit(self, client: "Client", *, name: str | None = None) -> "Run":
        """Describes architecture and definition to the API, which makes a version of what is new, and submits a run.

        `name` is the run's; the definition's without it. What changes the file, as far as a submission may say it, is
        the run's alone: others that name the definition run what the file says. Raises ApiError.
        """
        definition = self._definition(client)
        changed = {field: definition.pop(field) for field in self._in_file}
        definition |= {field: value for field, value in self._in_file.items() if value is not None}
        version = client.definitions.create(**definition)
        named: Any = body_of({"name": name})
        return client.workflows.submit(f"{version.name}@{version.version}", seed=self.seed, **changed, **named)

    def _definition(self, client: "Client") -> Any:
        said = self.model_dump(mode="json", exclude_unset=True, exclude={"seed", "local", "architecture"})
        body = {**said, "kind": self.kind, "stage": self.stage}
        if isinstance(self.architecture, CreateArchitecture):
            described: Any = self.architecture.model_dump(mode="json", exclude_unset=True)
            made = client.architectures.create(**described)
            return {**body, "architecture": f"{made.name}@{made.version}"}
        return body if self.architecture is None else {**body, "architecture": self.architecture}


def _load(file: Path) -> dict[str, Any]:
    yaml = need("yaml", "cli", "a training in a file")
    try:
        said = yaml.safe_load(file.read_text())
    except OSError as error:
        raise FileInvalidError(file, [FieldError("", "unreadable", f"{error.strerror}: is the path right?")]) from error
    except UnicodeDecodeError:
        raise FileInvalidError(file, [FieldError("", "unreadable", "is no text: write it as YAML in UTF-8")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        message = f"{where}{getattr(error, 'problem', None) or 'cannot be read'}: correct the YAML there"
        raise FileInvalidError(file, [FieldError("", "malformed", message)]) from None
    if not isinstance(said, dict) or not all(isinstance(name, str) for name in said):
        raise FileInvalidError(file, [FieldError("", "type", "must be fields by name, as `name: train-flights`")])
    return said


def _lies_over(in_file: Any, said: Any) -> bool:
    """Whether what is changed comes out when the API lays it over what the file says, which takes nothing away."""
    if said == in_file:
        return False
    if isinstance(said, dict):
        return in_file is None or (isinstance(in_file, dict) and set(in_file) <= set(said))
    return said is not None and in_file is not None


def _apply(change: str, said: dict[str, Any], file: Path) -> None:
    yaml = need("yaml", "cli", "a training in a file")
    path, equals, value = change.partition("=")
    *above, last = path.split(".")
    if not equals or not all([*above, last]):
        raise FileInvalidError(file, [FieldError("", "change", f"{change!r}: write it as config.max_depth=8")])
    place = said
    for step in above:
        place = place.setdefault(step, {})
        if not isinstance(place, dict):
            message = f"has no fields of its own, so {change!r} cannot be said"
            raise FileInvalidError(file, [FieldError(f"/{step}", "change", message)])
    try:
        place[last] = yaml.safe_load(value)
    except yaml.YAMLError:
        place[last] = value


def _field_error(error: Any) -> FieldError:
    steps = [str(step) for step in error["loc"] if step not in ("", "-")]
    pointer = "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
    kind = error["type"]
    if kind == "missing":
        message = "is required"
    elif kind == "extra_forbidden":
        message = "is not a field that is known here: is it spelt right?"
    else:
        message = error["msg"][:1].lower() + error["msg"][1:]
    return FieldError(pointer, kind, message)
