# syntax=docker/dockerfile:1
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.txt ./
RUN python -m venv /opt/zombiescope \
 && /opt/zombiescope/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY training ./training
COPY models ./models
COPY data/sample ./data/sample
RUN /opt/zombiescope/bin/pip install --no-cache-dir hatchling \
 && /opt/zombiescope/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/zombiescope/bin/pip uninstall --yes hatchling

FROM python:3.11-slim
# LightGBM's shared library is linked against OpenMP's.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 zombiescope \
 && install --directory --owner zombiescope --mode 700 /data
COPY --from=build /opt/zombiescope /opt/zombiescope
ENV PATH=/opt/zombiescope/bin:$PATH PYTHONUNBUFFERED=1 ZOMBIESCOPE_HOME=/data
USER zombiescope
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["zombiescope"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
