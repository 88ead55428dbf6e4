# The MLflow server from our lock: `docker build -f deploy/images/mlflow.Dockerfile .`
FROM python:3.11-slim
COPY dev/uv.lock.txt dev/install-uv.sh dev/install-venv.sh /build/dev/
COPY dev/mlflow/requirements.lock /build/
RUN /build/dev/install-uv.sh /build/uv \
  && /build/dev/install-venv.sh /build/uv/bin/uv /opt/mlflow /build/requirements.lock \
  && rm -rf /build
ENV PATH=/opt/mlflow/bin:$PATH
RUN useradd --create-home mlflow
USER mlflow
EXPOSE 5000
CMD ["mlflow", "server", "--serve-artifacts", "--host", "0.0.0.0", "--port", "5000", "--workers", "2"]
