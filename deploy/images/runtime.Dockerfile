# The standard runtimes, for clusters: `docker build -f deploy/images/runtime.Dockerfile .`
# The test cluster follows this same file without a Docker engine: see dev/cluster/image.
FROM debian:bookworm-slim
# KubeRay's probes call wget, and Ray's dashboard calls ps.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates procps python3 python3-venv wget \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
RUN useradd --create-home --uid 1000 --shell /bin/bash griffin
COPY dev/uv.lock.txt dev/install-uv.sh dev/install-venv.sh /opt/build/
COPY python/griffin-runtimes/pyproject.toml python/griffin-runtimes/README.md /opt/griffin-runtimes-source/
COPY python/griffin-runtimes/requirements.lock /opt/griffin-runtimes-source/
RUN --mount=type=cache,target=/root/.cache \
  /opt/build/install-uv.sh /opt/build/uv \
  && /opt/build/install-venv.sh /opt/build/uv/bin/uv /opt/griffin-runtimes \
    /opt/griffin-runtimes-source/requirements.lock /opt/griffin-runtimes-source \
  && rm -rf /opt/build
# Last, because it changes most: a layer of its own leaves the large one as it is.
COPY python/griffin-runtimes/src /opt/griffin-runtimes-source/src
ENV PATH=/opt/griffin-runtimes/bin:$PATH
WORKDIR /home/griffin
# By its number, or Kubernetes cannot tell that it is not root.
USER 1000
CMD ["python", "-m", "griffin_runtimes.launch"]
