#!/usr/bin/env bash
# Run once by the postgres image on an empty volume: MLflow keeps its tables apart from Griffin's.
set -euo pipefail
createdb --username "$POSTGRES_USER" mlflow
