import tomllib

import pytest
from streamlit import config

from tests.checks.project_files import ROOT

OPTIONS = tomllib.loads((ROOT / "app" / ".streamlit" / "config.toml").read_text("utf-8"))


def flat(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    found = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found.update(flat(value, f"{prefix}{name}."))
        else:
            found[prefix + name] = value
    return found


@pytest.mark.parametrize("option", sorted(flat(OPTIONS)))
def test_streamlit_still_has_every_option_that_is_set(option: str) -> None:
    assert option in config._config_options_template


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("runner.postScriptGC", False),
        ("browser.gatherUsageStats", False),
        ("browser.serverAddress", "localhost"),
        ("server.address", "127.0.0.1"),
        ("server.fileWatcherType", "none"),
        ("server.showEmailPrompt", False),
        ("server.headless", True),
        ("server.enableXsrfProtection", True),
        ("server.enableAgentApi", False),
        ("client.toolbarMode", "minimal"),
    ],
)
def test_the_server_asks_nobody_listens_to_this_machine_and_never_stalls(
    option: str, value: object
) -> None:
    assert flat(OPTIONS)[option] == value
