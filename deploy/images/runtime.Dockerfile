# The standard runtimes, for clusters: `docker build -f deploy/images/runtime.Dockerfile .`
FROM python:3.11-slim
COPY dev/uv.lock.txt dev/install-uv.sh dev/install-venv.sh /build/dev/
COPY python/griffin-runtimes /opt/griffin-runtimes-source
RUN /build/dev/install-uv.sh /build/uv \
  && /build/dev/install-venv.sh /build/uv/bin/uv /opt/griffin-runtimes \
    /opt/griffin-runtimes-source/requirements.lock /opt/griffin-runtimes-source \
  && rm -rf /build
ENV PATH=/opt/griffin-runtimes/bin:$PATH
RUN useradd --create-home griffin
USER griffin
CMD ["python", "-m", "griffin_runtimes.launch"]
