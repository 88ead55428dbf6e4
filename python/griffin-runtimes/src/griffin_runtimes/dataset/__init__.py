"""Training datasets: a spine joined point-in-time with feature views."""
