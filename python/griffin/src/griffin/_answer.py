"""What all answers of the API have in common, and what all that is written by hand has."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer as it was given. What a later version of the API adds is left aside."""

    # `model_version` is a field of ours, not one of pydantic's.
    model_config = ConfigDict(extra="ignore", populate_by_name=True, protected_namespaces=())

    def __str__(self) -> str:
        """What is printed is what a notebook shows: pydantic's own would be every field."""
        return repr(self)


class Strict(BaseModel):
    """Something that somebody wrote: a field that is not known is a slip of the pen."""

    # The contract's patterns look ahead, which pydantic's own engine does not.
    model_config = ConfigDict(extra="forbid", regex_engine="python-re", protected_namespaces=())
