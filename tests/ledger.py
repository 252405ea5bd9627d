"""Owns what a run of the suite must account for: tests per backend, and no test left out.

A skipped or expected-to-fail test is reported as failed: what is not run is not known to work.
With several processes (pytest-xdist) the reports carry the backends to the one that counts.
"""

from collections import Counter
from collections.abc import Generator

import pytest

BACKENDS = ("sqlite", "postgresql")
BACKEND = "backend"


class Account:
    """What ran, counted where all reports arrive."""

    def __init__(self) -> None:
        self.passed: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a passed test for each backend that it ran on."""
        if report.when == "call" and report.passed:
            self.passed.update(
                str(value) for name, value in report.user_properties if name == BACKEND
            )


_account = pytest.StashKey[Account]()


def pytest_configure(config: pytest.Config) -> None:
    """Start counting."""
    config.stash[_account] = Account()
    config.pluginmanager.register(config.stash[_account])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure, and write down on which backend the test ran."""
    report = yield
    _refuse_skip(report)
    report.user_properties.extend((BACKEND, name) for name in _backends(item))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a file that skips itself into a failure."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that tested one database and not the other, unless tests were picked by hand."""
    if _one_sided(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the account just before the runner's own last line."""
    passed = config.stash[_account].passed
    if _one_sided(config):
        terminalreporter.write_line(
            "The database tests ran on one backend only, so this run fails: both must run.",
            red=True,
        )
    if passed:
        counts = ", ".join(f"{name} {passed[name]} passed" for name in BACKENDS)
        terminalreporter.write_line(
            f"{counts}, skipped {len(terminalreporter.getreports('skipped'))}"
        )


def _backends(item: pytest.Item) -> set[str]:
    callspec = getattr(item, "callspec", None)
    return set() if callspec is None else {callspec.params.get("backend")} & set(BACKENDS)


def _one_sided(config: pytest.Config) -> bool:
    picked = config.option.keyword or any("::" in argument for argument in config.args)
    ran = config.stash[_account].passed
    if hasattr(config, "workerinput"):
        return False  # a part of the suite, of which the whole is counted elsewhere
    return not picked and bool(ran) and not all(ran[name] for name in BACKENDS)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.outcome != "skipped":
        return
    reason = getattr(report, "wasxfail", None)
    if reason is None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    else:
        del report.wasxfail
    report.outcome = "failed"
    report.longrepr = f"No test of this suite may be skipped or expected to fail: {reason}"
