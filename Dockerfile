# syntax=docker/dockerfile:1
# Two stages: the first installs the locked dependencies, the second holds only what runs.

FROM python:3.13-slim AS build
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.lock

FROM python:3.13-slim
# For names in charts (docs/decisions/0011): Chinese, Japanese, Korean; emoji and fancy letters; Arabic; Thai.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    fonts-wqy-microhei fonts-symbola fonts-kacst-one fonts-tlwg-loma-ttf \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --home-dir /home/bot bot \
 && install --directory --owner bot --group bot /data
COPY --from=build /venv /venv
COPY bot /app/bot
COPY cogs /app/cogs
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
WORKDIR /app
USER bot
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot", "run"]
