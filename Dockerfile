# Porter in a container:  docker build --tag porter .  &&  docker run --rm porter --help
# With a configuration and a volume for what must last: see compose.yaml.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/ requirements/
RUN python -m venv --without-pip /opt/porter \
    && python -m pip --python /opt/porter/bin/python install --require-hashes \
        --requirement requirements/run.txt --requirement requirements/postgres.txt \
    && python -m pip install --require-hashes --requirement requirements/build.txt
COPY pyproject.toml README.md ./
COPY migrations/ migrations/
COPY rules/ rules/
COPY bot/ bot/
RUN python -m hatchling build --target wheel \
    && python -m pip --python /opt/porter/bin/python install --no-deps dist/*.whl

FROM python:3.13-slim-bookworm
# Without these the evidence pictures show Latin letters only.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 porter \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin porter \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /opt/porter /opt/porter
# These go over the configuration file, because they describe the container and not the Union.
ENV PATH=/opt/porter/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORTER_CONSOLE__HOST=0.0.0.0 \
    PORTER_CONSOLE__PORT=8765 \
    PORTER_DATA__FOLDER=/data \
    PORTER_LOG__FORMAT=json
WORKDIR /data
VOLUME /data
EXPOSE 8765
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as Web; web = Web('127.0.0.1', 8765, timeout=4); \
web.request('GET', '/healthz'); raise SystemExit(web.getresponse().status != 200)"]
ENTRYPOINT ["porter"]
CMD ["run"]
