"""Logs outlive the process and the machine that wrote them: they go to the artifact store as they come."""
