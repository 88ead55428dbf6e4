"""What all answers of the API have in common."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer as it was given. What a later version of the API adds is left aside."""

    # `model_version` is a field of ours, not one of pydantic's.
    model_config = ConfigDict(extra="ignore", populate_by_name=True, protected_namespaces=())
