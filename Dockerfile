# The atelier on torch for CPUs, as a user without rights: docker build -t gan-atelier . && docker run -p 7860:7860 gan-atelier
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Mirrors: --build-arg PYPI=https://… and --build-arg TORCH=https://…
ARG PYPI=https://pypi.org/simple
ARG TORCH=https://download.pytorch.org/whl/cpu

# torch first: it is the largest, and a layer of its own is fetched once. From its own index the build without a GPU's
# libraries comes, which takes 1.3 GB instead of 6.1.
RUN pip install --index-url "$TORCH" --extra-index-url "$PYPI" "torch>=2.8,<3"
WORKDIR /app
COPY requirements.txt ./
RUN pip install --index-url "$PYPI" -r requirements.txt

COPY app.py train.py LICENSE ./
COPY gan/ gan/
COPY weights/ weights/
# The user who runs it may write nothing here, so what Python keeps of its files is made now.
RUN python -m compileall -q gan app.py train.py

# /app is root's and stays as it is; what the app writes goes into a home of its own, which is /data.
RUN useradd --uid 10001 --home-dir /data --create-home atelier
USER atelier
WORKDIR /data
ENV HOME=/data GAN_DATA_DIR=/data/sets PYTHONPATH=/app GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['GRADIO_SERVER_PORT']}/healthz\", timeout=4)"]

# SIGTERM ends the app and its live runs within five seconds.
CMD ["python", "/app/app.py"]
