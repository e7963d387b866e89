"""`python -m benchmarks [--data FOLDER] [NAME ...]`: measure, print, and write results.json."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
from pathlib import Path

NAMES = ("quality", "speed", "retrieval", "reading", "generation", "translation", "summaries",
         "faces_by_light",
         "images", "images_alike", "image_training", "recommendation", "risk", "server")


def main() -> None:
    """Run the named benchmarks, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--data", type=Path, help="folder with sentiment/sst2_train.tsv and others")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results.json"))
    args = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    results = json.loads(args.out.read_text()) if args.out.is_file() else {}
    results["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    for name in args.names or NAMES:
        print(f"\n== {name}", flush=True)
        found = importlib.import_module(f"benchmarks.{name}").measure(args.data)
        results[name] = found
        print(json.dumps(found, indent=2))
        args.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
