# syntax=docker/dockerfile:1
# What it is made of is pinned by content (docs/decisions/0019). What is made here, the last stage checks.

FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS base

# Debian's SQLite is older than 3.51.3, before which two connections that write can damage a write-ahead log.
FROM base AS sqlite
# The compiler stays behind, so it may be Debian's newest; old versions vanish from its servers.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
# From https://sqlite.org/download.html; to take another one, change the checksum with it.
ADD --checksum=sha256:0e9483900e92cd5de8fd48d16bf9200145a61f7fd5be542a5ac81d8a9516eb9c \
    https://sqlite.org/2026/sqlite-autoconf-3530400.tar.gz /sqlite.tar.gz
WORKDIR /sqlite
RUN tar --extract --strip-components=1 --file=/sqlite.tar.gz \
 && gcc -O2 -fPIC -shared -Wl,-soname,libsqlite3.so.0 -Wl,-z,defs sqlite3.c -o libsqlite3.so.0 -lm

FROM base AS packages
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.lock

FROM base
# For names in charts (docs/decisions/0011): Chinese, Japanese, Korean; emoji and fancy letters; Arabic; Thai.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    fonts-wqy-microhei fonts-symbola fonts-kacst-one fonts-tlwg-loma-ttf \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /home/bot bot \
 && install --directory --owner bot --group bot --mode 0700 /data
COPY --from=sqlite /sqlite/libsqlite3.so.0 /opt/sqlite/
COPY --from=packages /venv /venv
COPY LICENSE /app/
COPY bot /app/bot
COPY cogs /app/cogs
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
WORKDIR /app
# The loader looks there first (00); an image whose program does not load, or has the old SQLite, is none.
RUN echo /opt/sqlite > /etc/ld.so.conf.d/00-sqlite.conf \
 && ldconfig \
 && python -m compileall -q /app \
 && python -c "import bot.app, sqlite3; v = sqlite3.sqlite_version_info; assert v >= (3, 51, 3), f'SQLite {v}'"
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# The start grants what a large database needs to be checked; each look costs half a second of processor time.
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --start-interval=5s --retries=3 \
    CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot", "run"]
