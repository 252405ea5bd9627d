"""The configuration beside the entry script: the keys that must stand, colours that can be read."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config

CONFIG = tomllib.loads(
    (Path(__file__).parents[2] / "app" / ".streamlit" / "config.toml").read_text("utf-8")
)
REQUIRED = {
    "runner.postScriptGC": False,
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "localhost",
    "server.address": "127.0.0.1",
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "server.headless": True,
    "client.toolbarMode": "minimal",
}


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "value"), REQUIRED.items())
def test_the_server_is_configured_as_it_must_be(name: str, value: object) -> None:
    section, option = name.split(".")
    assert CONFIG[section][option] == value
    # A hidden option that a new version drops would be ignored without a word.
    assert name in config.get_config_options()


def test_every_option_of_the_file_is_known_to_streamlit() -> None:
    known = config.get_config_options()

    def names(table: dict[str, object], prefix: str) -> list[str]:
        found = []
        for name, value in table.items():
            path = f"{prefix}{name}"
            found += names(value, f"{path}.") if isinstance(value, dict) else [path]
        return found

    assert [name for name in names(CONFIG, "") if name not in known] == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_can_be_read_on_every_surface(mode: str) -> None:
    theme = CONFIG["theme"][mode]
    for part in (theme, theme["sidebar"]):
        for surface in ("backgroundColor", "secondaryBackgroundColor", "codeBackgroundColor"):
            for ink in ("textColor", "linkColor"):
                assert contrast(part[ink], part[surface]) >= 4.5, (ink, surface)
        # White labels on primary buttons; the primary colour marks what is chosen.
        assert contrast("#ffffff", part["primaryColor"]) >= 4.5
        assert contrast(part["primaryColor"], part["backgroundColor"]) >= 3
    for colour in ("green", "orange", "red", "blue", "violet", "gray"):
        assert contrast(theme[f"{colour}Color"], theme["backgroundColor"]) >= 4.5, colour
    for colour in theme["chartCategoricalColors"]:
        assert contrast(colour, theme["backgroundColor"]) >= 3, colour


def test_the_contrast_is_the_published_one() -> None:
    # WCAG: black on white is 21; #767676 on white is the known 4.54.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
