"""Owns which verifiers there are and which of them are kept.

Those of the program and those that other distributions bring under the entry point group
``gainsay.verifiers``. One that disagrees with its approved cases, does not load or takes a name
that is taken is listed with the reason, and no check can use it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from calibration.judging.verifiers.built_in import BUILT_IN
from calibration.judging.verifiers.verifier import Disagreement, Verifier, disagreement
from calibration.judging.verifiers.wording import Wording

GROUP: Final = "gainsay.verifiers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A verifier of the list, kept or not.

    Attributes:
        origin: Empty for the program's own, else the distribution that brought it.
        verifier: None when it did not load.
        against: Why it is not kept; None when it is.
    """

    name: str
    origin: str
    verifier: Verifier | None
    against: Disagreement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Every verifier that was found, the program's own first."""

    listed: tuple[Listed, ...]

    @property
    def kept(self) -> Mapping[str, Verifier]:
        """The verifiers that checks may use, by name."""
        return {
            one.name: one.verifier
            for one in self.listed
            if one.verifier is not None and one.against is None
        }

    @property
    def refused(self) -> Mapping[str, Disagreement]:
        """Why the others may not be used, by name."""
        kept = self.kept
        return {
            one.name: one.against
            for one in self.listed
            if one.against is not None and one.name not in kept
        }


@cache
def installed_verifiers() -> Registry:
    """List the verifiers of this installation; found once per process."""
    return find_verifiers(entry_points(group=GROUP))


def find_verifiers(points: Iterable[EntryPoint], *, own: Sequence[Verifier] = BUILT_IN) -> Registry:
    """List the program's verifiers and those of entry points, each run against its cases."""
    listed = [
        Listed(name=one.name, origin="", verifier=one, against=disagreement(one)) for one in own
    ]
    taken = {one.name for one in listed}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        found = _load(point, taken)
        taken.add(found.name)
        listed.append(found)
    return Registry(listed=tuple(listed))


def _load(point: EntryPoint, taken: set[str]) -> Listed:
    origin = point.dist.name if point.dist else point.value
    try:
        verifier = point.load()
    except Exception as error:  # somebody else's module may raise anything
        return _not_loaded(
            point,
            origin,
            en=f"it did not load ({type(error).__name__}: {error})",
            zh=f"无法载入（{type(error).__name__}: {error}）",
        )
    if not isinstance(verifier, Verifier):
        kind = type(verifier).__name__
        return _not_loaded(
            point,
            origin,
            en=f"{point.value} is a {kind}, not a Verifier",
            zh=f"{point.value} 的类型是 {kind}，不是 Verifier",
        )
    if point.dist is not None and point.dist.name not in verifier.depends:
        # What it answers may change with the distribution that it is in.
        verifier = replace(verifier, depends=(*verifier.depends, point.dist.name))
    if verifier.name in taken:
        against: Disagreement | None = Disagreement(
            case="",
            why=Wording(en="another verifier has this name", zh="这个名称已被另一个检验器占用"),
        )
    else:
        against = _tried(verifier)
    return Listed(name=verifier.name, origin=origin, verifier=verifier, against=against)


def _tried(verifier: Verifier) -> Disagreement | None:
    try:
        return disagreement(verifier)
    except Exception as error:  # nothing of somebody else's object has been looked at yet
        why = f"{type(error).__name__}: {error}"
        return Disagreement(
            case="",
            why=Wording(en=f"its cases cannot be run ({why})", zh=f"它的样例无法运行（{why}）"),
        )


def _not_loaded(point: EntryPoint, origin: str, *, en: str, zh: str) -> Listed:
    against = Disagreement(case="", why=Wording(en=en, zh=zh))
    return Listed(name=point.name, origin=origin, verifier=None, against=against)
