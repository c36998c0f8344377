"""`make bench`: what the platform costs, beside its yardstick, measured in turn in one run on one machine.

Absolute times say little on a shared machine; the ratios and the sizes are what is held (docs/proof.md).
Writes the same figures to `build/bench.json`.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import psutil
from selectolax.lexbor import LexborHTMLParser

from tests.bench import robot
from tests.bench.weight import first_visit
from tests.servers import ROOT, Server, free_port, gunicorn, prepare, wait_for

HERE = Path(__file__).resolve().parent
ROUNDS = int(os.environ.get("ROUNDS", "5"))
JOURNEYS = int(os.environ.get("JOURNEYS", "60"))
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One figure with what it must hold; `held` is None where there is nothing to hold."""

    what: str
    found: str
    hold: str
    held: bool | None


def main() -> int:
    rows: list[Row] = []
    raw: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="eservices-bench-") as temporary:
        folder = Path(temporary)
        rows += cpu_and_weight(folder, raw)
        rows += start_with_many(folder, raw)
    width = max(len(row.what) for row in rows)
    print()
    for row in rows:
        verdict = {True: "held", False: "NOT HELD", None: ""}[row.held]
        print(f"{row.what:<{width}}  {row.found:<44} {row.hold:<22} {verdict}")
    out = ROOT / "build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"rows": [row.__dict__ for row in rows], **raw}, indent=2) + "\n", "utf-8")
    print(f"\nThe same figures, for machines: {out.relative_to(ROOT)}")
    return 0 if all(row.held is not False for row in rows) else 1


def cpu_and_weight(folder: Path, raw: dict[str, object]) -> list[Row]:
    """CPU of a whole journey, generated and by hand in turn; weight of a first visit; memory."""
    answers = robot.read_answers(HERE / "batplats.json")
    port, other = free_port(), free_port()
    environment = prepare(folder / "generated", port)
    by_hand = {**os.environ, "YARDSTICK_DB": str(folder / "yardstick.db")}
    with (
        gunicorn(environment, port, folder / "generated.log") as generated,
        gunicorn(by_hand, other, folder / "by_hand.log", cwd=HERE / "by_hand", config="", app="app:app",
                 ready="/sv/services/batplats") as yardstick,
    ):  # fmt: skip
        pairs = [
            (
                robot.run(f"{generated.url}/sv/services/batplats", answers, journeys=JOURNEYS, pid=generated.pid),
                robot.run(f"{yardstick.url}/sv/services/batplats", answers, journeys=JOURNEYS, pid=yardstick.pid),
            )
            for _ in range(ROUNDS)
        ]
        errors = [error for pair in pairs for figures in pair for error in figures.errors]
        if errors:
            raise SystemExit(f"{len(errors)} journeys failed, the first: {errors[0]}")
        ratios = [ours.cpu_ms_per_journey / theirs.cpu_ms_per_journey for ours, theirs in pairs]
        ours = statistics.median(figures.cpu_ms_per_journey for figures, _ in pairs)
        theirs = statistics.median(figures.cpu_ms_per_journey for _, figures in pairs)
        weight = first_visit(generated.url, step_page(generated.url, answers))
        pss = max(memory(generated).values())
    ratio = statistics.median(ratios)
    raw["cpu"] = {
        "ratios": ratios,
        "generated_ms": ours,
        "by_hand_ms": theirs,
        "requests": pairs[0][0].requests_per_journey,
    }
    raw["weight"] = weight.parts
    raw["pss_bytes"] = pss
    return [
        Row(
            "server CPU per journey, generated / by hand",
            f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f}; {ours:.1f} / {theirs:.1f} ms)",
            "at most 1.25",
            ratio <= 1.25,
        ),
        Row(
            "first visit to a form page, gzip",
            f"{weight.total_bytes / 1024:.1f} KB",
            "at most 10 KB",
            weight.total_bytes <= 10_240,
        ),
        Row("requests of a first visit", str(weight.requests), "at most 4", weight.requests <= 4),
        Row(
            "scripts of a first visit, gzip",
            f"{weight.script_bytes / 1024:.1f} KB",
            "at most 3 KB",
            weight.script_bytes <= 3_072,
        ),
        Row("web worker's memory (PSS)", f"{pss / MEBIBYTE:.0f} MB", "at most 120 MB", pss <= 120 * MEBIBYTE),
    ]


def step_page(url: str, answers: robot.Answers) -> tuple[str, bytes, dict[str, str]]:
    """The first form page of a new draft: its path, its bytes and the cookies it was asked with."""
    visit = robot.Visit(f"{url}/sv/services/batplats", answers)
    path, page = visit.follow("GET", "/sv/services/batplats")
    form = robot.primary_form(page)
    assert form is not None
    target = urljoin(path, form.attributes.get("action") or path)
    path, _ = visit.follow("POST", target, robot.urlencode(robot.filled(form, {})))
    _, _, content = visit.ask("GET", path, None)
    visit.close()
    return path, content, visit.cookies


def memory(server: Server) -> dict[int, int]:
    """Proportional set size in bytes of each worker process."""
    return {child.pid: child.memory_full_info().pss for child in psutil.Process(server.pid).children(recursive=True)}


def start_with_many(folder: Path, raw: dict[str, object], count: int = 200) -> list[Row]:
    """From exec to the first 200 of /readyz with many definitions and a warm cache."""
    forms = folder / "many"
    shutil.copytree(ROOT / "forms", forms)
    source = (forms / "batplats.yaml").read_text("utf-8")
    for number in range(count - len(list(forms.glob("*.yaml")))):
        (forms / f"made_up_{number}.yaml").write_text(
            source.replace("service: batplats", f"service: made_up_{number}"), "utf-8"
        )
    port = free_port()
    environment = prepare(folder / "start", port, forms=forms)
    times = []
    for _ in range(4):
        began = time.perf_counter()
        words = [sys.executable, "-m", "gunicorn", "-w", "1", "-c", "python:eservices.web.gunicorn_conf", "wsgi:app"]
        log = folder / "start.log"
        with (
            log.open("wb") as out,
            subprocess.Popen(words, env=environment, cwd=ROOT, stdout=out, stderr=out) as process,
        ):
            try:
                wait_for(port, "/readyz", process, log)
                times.append(time.perf_counter() - began)
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/sv/services/made_up_7") as response:
                    assert LexborHTMLParser(response.read()).css_first("h1") is not None
            finally:
                process.terminate()
                process.wait(20)
    warm = statistics.median(times[1:])
    raw["start_seconds"] = {"cold": times[0], "warm": times[1:]}
    return [
        Row(
            f"start with {count} definitions, warm cache",
            f"{warm:.2f} s (cold {times[0]:.2f} s)",
            "at most 2 s",
            warm <= 2,
        )
    ]


if __name__ == "__main__":
    raise SystemExit(main())
