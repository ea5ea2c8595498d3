"""Which problem theme (问题主题) a text speaks of, by a vote of keywords; it suggests and never overwrites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.narrative.stories import Story, cell_text

PROBLEM = "nar_problem"
# What the title names is what the text is about.
_TITLE_WEIGHT = 2


@dataclass(frozen=True, slots=True)
class ThemeVote:
    """The theme with most votes and the one after it; empty where no keyword stands."""

    theme: str
    second: str = ""
    votes: int = 0


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The problems of one theme and the communities that raised them, in the order of the texts."""

    theme: str
    stories: tuple[Story, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """Whose problems they are, each once."""
        return tuple(dict.fromkeys(story.unit for story in self.stories))


def vote(title: str, body: str, words: Mapping[str, Sequence[str]]) -> ThemeVote:
    """The themes that the words of a text speak for; of equal votes the theme that is named first in the catalog."""
    counted = {
        theme: _TITLE_WEIGHT * _hits(title, keywords) + _hits(body, keywords) for theme, keywords in words.items()
    }
    ranked = sorted((theme for theme, votes in counted.items() if votes), key=lambda theme: -counted[theme])
    if not ranked:
        return ThemeVote("")
    return ThemeVote(ranked[0], ranked[1] if len(ranked) > 1 else "", counted[ranked[0]])


def _hits(text: str, keywords: Sequence[str]) -> int:
    """How many different keywords stand in a text; a word said five times is one argument."""
    return sum(keyword in text for keyword in keywords)


def theme_words(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The keywords of each theme, in the order of the catalog."""
    return {code: words.values for code, words in catalog.theme_words.items()}


def theme_of(story: Story, words: Mapping[str, Sequence[str]]) -> str:
    """The theme that the unit chose; where it chose none, the suggested one."""
    return cell_text(story.row, "theme") or vote(story.title, story.body, words).theme


def is_blank(story: Story) -> bool:
    """Whether it is a problem whose theme was left blank."""
    return story.narrative == PROBLEM and not cell_text(story.row, "theme")


def group_by_theme(stories: Sequence[Story], words: Mapping[str, Sequence[str]]) -> tuple[ThemeGroup, ...]:
    """Problems by theme, the theme that most communities raised first; those without any theme last."""
    groups: dict[str, list[Story]] = {}
    for story in stories:
        if story.narrative == PROBLEM:
            groups.setdefault(theme_of(story, words), []).append(story)
    found = [ThemeGroup(theme, tuple(members)) for theme, members in groups.items()]
    return tuple(sorted(found, key=lambda group: (not group.theme, -len(group.units), -len(group.stories))))
