"""Griffin's standard ML runtimes: what runs inside a workflow's Ray cluster or container."""

__version__ = "0.1.0"
