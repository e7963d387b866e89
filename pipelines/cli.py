"""`python -m pipelines`: list tasks, run one on a file, judge predictions made elsewhere."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from data.errors import LitmusError, OptionError
from pipelines.progress import Progress
from pipelines.runtime.device import DEVICES

LARGEST_SEED = 2**32 - 1
# As a shell reports a program that SIGPIPE ended.
BROKEN_PIPE = 141


class ConsoleProgress(Progress):
    """Shows stages on standard error; standard output stays the table."""

    def __init__(self) -> None:
        self._name, self._total, self._done, self._start = "", 0, 0, 0.0
        self._shown = ""

    def stage(self, name: str, total: int) -> None:
        if self._name and sys.stderr.isatty():
            print(file=sys.stderr)
        self._name, self._total, self._done, self._start = name, total, 0, time.monotonic()
        self._show()

    def advance(self, rows: int) -> None:
        self._done = min(self._done + rows, self._total)
        self._show()

    def _show(self) -> None:
        rate = self._done / max(time.monotonic() - self._start, 1e-3)
        line = self._name
        if self._total:
            line += f": {self._done:,} of {self._total:,}"
        if self._done:
            line += f", {rate:,.0f} a second"
        if sys.stderr.isatty():
            print(f"\r{line}   ", end="", file=sys.stderr)
        elif self._done in (0, self._total) and line != self._shown:
            print(line, file=sys.stderr)
        self._shown = line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit code: 0 done, 2 wrong input or options (one sentence on standard error), 141 when
        nobody reads its output any more.
    """
    try:
        try:
            return _main(arguments)
        finally:
            # What is still in the buffer would fail when Python ends, outside of any handler.
            sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return BROKEN_PIPE


def _main(arguments: Sequence[str] | None) -> int:
    args = _parser().parse_args(arguments)
    try:
        return args.command(args)
    except LitmusError as error:
        print(str(error).replace("\n", " "), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        sentence = message[:1].upper() + message[1:]
        self.exit(2, f"{sentence}; `{self.prog} --help` lists the options.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m pipelines", description=__doc__)
    commands = parser.add_subparsers(
        required=True, metavar="list | run | predict | evaluate", parser_class=_Parser
    )
    listing = commands.add_parser("list", help="every task with its roles, models and metrics")
    listing.add_argument("--json", action="store_true", help="as one JSON document")
    listing.set_defaults(command=_list)
    run = commands.add_parser("run", help="run models of a task on a file and judge them")
    run.add_argument("task")
    run.add_argument("--data", nargs="+", type=Path, metavar="FILE")
    run.add_argument("--train", type=Path, metavar="FILE")
    run.add_argument("--test", type=Path, metavar="FILE")
    run.add_argument("--map", action="append", default=[], metavar="ROLE=COLUMN")
    run.add_argument("--labels", action="append", default=[], metavar="THEIRS=OURS")
    run.add_argument("--model", action="append", default=[], metavar="ID")
    run.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="settings")
    run.add_argument("--sheet", help="sheet of an Excel file")
    run.add_argument("--device", choices=DEVICES, default="auto")
    run.add_argument(
        "--limit", type=_positive, metavar="N",
        help="a random sample of N rows; of who took what, users with all of their rows",
    )
    run.add_argument(
        "--bundles", action="store_true",
        help="with --out: also each fitted model with its card, as bundle-MODEL.zip for predict",
    )
    _shared(run)
    run.set_defaults(command=_run)
    predict = commands.add_parser("predict", help="score a new file with a model of a bundle")
    predict.add_argument("--bundle", type=Path, required=True, metavar="FILE")
    predict.add_argument("--data", type=Path, required=True, metavar="FILE")
    predict.add_argument("--map", action="append", default=[], metavar="ROLE=COLUMN")
    predict.add_argument("--device", choices=DEVICES, default="auto")
    predict.add_argument(
        "--out", type=Path, metavar="FILE", help="a .csv or .parquet file; else standard output"
    )
    predict.set_defaults(command=_predict)
    evaluate = commands.add_parser("evaluate", help="judge predictions made anywhere else")
    evaluate.add_argument("kind")
    evaluate.add_argument("--data", nargs=1, type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--map", action="append", default=[], metavar="ROLE=COLUMN")
    evaluate.add_argument("--sheet", help="sheet of an Excel file")
    _shared(evaluate)
    evaluate.set_defaults(command=_evaluate)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=_seed, default=0)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write the report")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number of at least 1")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 0 to {LARGEST_SEED}")
    return int(text)


def pairs(texts: Sequence[str], option: str, *, last: bool = False) -> list[tuple[str, str]]:
    """`KEY=VALUE` texts as pairs, cut at the first equals sign, or at the last.

    Raises:
        OptionError: one has no equals sign or an empty key.
    """
    found = []
    for text in texts:
        key, equals, value = text.rpartition("=") if last else text.partition("=")
        if not equals or not key:
            raise OptionError(f"{option} takes KEY=VALUE; “{text}” is not of that form.")
        found.append((key, value))
    return found


def once(found: Sequence[tuple[str, str]], option: str) -> dict[str, str]:
    """Pairs as a mapping.

    Raises:
        OptionError: a key is given twice.
    """
    keys = [key for key, _ in found]
    for key in keys:
        if keys.count(key) > 1:
            raise OptionError(f"{option} names “{key}” more than once; give it once.")
    return dict(found)


def _list(args: argparse.Namespace) -> int:
    from pipelines.listing import listing, listing_text

    print(json.dumps(listing(), indent=2, ensure_ascii=False) if args.json else listing_text())
    return 0


def _run(args: argparse.Namespace) -> int:
    from pipelines.commands import RunCommand, run_command, unsaid_warnings
    from pipelines.options import SPLIT_OPTIONS
    from pipelines.report.files import check_folder, write_report
    from pipelines.report.foreseen import foreseen_table
    from pipelines.report.text_table import run_table

    given_files = args.train is not None and args.test is not None
    if (args.data is None) == (not given_files) or (args.data and (args.train or args.test)):
        raise OptionError("Give either --data FILE, or both --train FILE and --test FILE.")
    check_folder(args.out)
    if args.bundles and args.out is None:
        raise OptionError("--bundles needs a folder to write to; name one with --out DIR.")
    settings = dict(pairs(args.settings, "--set"))
    if args.train is not None and settings.keys() & {option.name for option in SPLIT_OPTIONS}:
        raise OptionError("With --train and --test the files are the split; leave out its options.")
    command = RunCommand(
        task=args.task,
        data=tuple(args.data or [args.test]),
        train=args.train,
        roles=once(pairs(args.map, "--map"), "--map"),
        labels=once(pairs(args.labels, "--labels", last=True), "--labels"),
        models=tuple(args.model),
        settings=settings,
        sheet=args.sheet,
        seed=args.seed,
        device=args.device,
        limit=args.limit,
    )
    experiment = run_command(command, ConsoleProgress(), _say)
    if args.out is not None:
        write_report(experiment, args.out, bundles=args.bundles)
    for text in unsaid_warnings(experiment):
        _say(text)
    print("\n\n".join(filter(None, (run_table(experiment), foreseen_table(experiment)))))
    return 0


def _predict(args: argparse.Namespace) -> int:
    from data.export import safe_csv
    from pipelines.report.predictions import parquet
    from pipelines.scoring import score_file
    from pipelines.target_file import check_file, write_file

    if args.out is not None:
        check_file(args.out, (".csv", ".parquet"))
    roles = once(pairs(args.map, "--map"), "--map")
    found = score_file(args.bundle, args.data, roles, args.device, ConsoleProgress(), _say)
    if args.out is None:
        print(safe_csv(found).decode(), end="")
    else:
        csv = args.out.suffix.lower() == ".csv"
        write_file(args.out, safe_csv(found) if csv else parquet(found))
    return 0


def _say(text: str) -> None:
    """Tell what standard output is not for."""
    print(text, file=sys.stderr)


def _evaluate(args: argparse.Namespace) -> int:
    from pipelines.commands import evaluate_command
    from pipelines.report.files import check_folder, write_evaluation
    from pipelines.report.text_table import judged_table

    check_folder(args.out)
    evaluation = evaluate_command(
        args.kind, args.data[0], pairs(args.map, "--map"), args.sheet, args.seed,
        ConsoleProgress(), _say,
    )
    if args.out is not None:
        write_evaluation(evaluation, args.out)
    for text in evaluation.judged.warnings:
        _say(text)
    print(judged_table(evaluation.judged))
    return 0
