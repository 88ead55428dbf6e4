"""Gradient boosted trees: distributed training on Ray Train, evaluation and batch scoring."""
