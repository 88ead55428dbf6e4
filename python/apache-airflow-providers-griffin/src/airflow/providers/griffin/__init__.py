"""Airflow provider of Griffin, an open platform for training machine-learning models."""

__version__ = "0.1.0"
