"""What every runtime's configuration has in common."""

from pydantic import BaseModel, ConfigDict


class RuntimeConfig(BaseModel):
    """A configuration that refuses what it does not know, so that a typing error fails at submit and not in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)
