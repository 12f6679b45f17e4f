"""A newsletter's colours, proven readable in light and in dark when they are loaded.

Every pair that carries text reaches 4.5:1 (WCAG 2.2, 1.4.3). The dark colours are lightened from the
light ones until they do, unless a theme names its own.
"""

from colorsys import hls_to_rgb, rgb_to_hls
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from lpdownload.model.text import Color, Line, Value, refuse

LEAST_CONTRAST = 4.5
WHITE, INK, MUTED, RULE = "#ffffff", "#1c2127", "#545d67", "#d9dee3"
DARK_PAGE, DARK_CARD, DARK_TEXT, DARK_MUTED, DARK_RULE = "#121417", "#1b1f24", "#e7e9ec", "#a9b1ba", "#323840"

HEADING_FONT = "Georgia, 'Times New Roman', serif"
TEXT_FONT = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(color: str, into: str, share: float) -> str:
    """``share`` of the way from ``color`` to ``into``."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_channels(color), _channels(into), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def readable(color: str, *backgrounds: str, least: float = LEAST_CONTRAST) -> str:
    """``color`` in its own hue, lighter on dark backgrounds, darker on light ones, until it can be read."""
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(color)))
    target = 1.0 if luminance(backgrounds[0]) < 0.179 else 0.0  # where white and black are equally far
    for step in range(101):
        shade = lightness + (target - lightness) * step / 100
        candidate = "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue, shade, saturation))
        if all(contrast(candidate, background) >= least for background in backgrounds):
            return candidate
    return WHITE if target else "#000000"


class Theme(Value):
    """Colours and type of a newsletter."""

    accent: Color = Field(description="Links, kickers, the filled button, the band above the masthead.")
    deep: Color = Field(description="The masthead's name and the headings.")
    paper: Color = Field(description="The tint of the page around the white card.")
    accent_dark: Color | None = Field(
        None, description="The accent in dark mode; lightened from accent if not given."
    )
    deep_dark: Color | None = Field(
        None, description="Headings in dark mode; lightened from deep if not given."
    )
    heading_font: Line = Field(HEADING_FONT, description="CSS font-family of headings.")
    text_font: Line = Field(TEXT_FONT, description="CSS font-family of text.")

    @model_validator(mode="after")
    def _readable(self) -> Self:
        pairs = [
            ("accent", self.accent, "the white card", WHITE),
            ("accent", self.accent, "paper", self.paper),
            ("deep", self.deep, "the white card", WHITE),
            ("deep", self.deep, "paper", self.paper),
            ("the footer's grey", MUTED, "paper", self.paper),
            ("accent_dark", self.dark_accent, "the dark card", DARK_CARD),
            ("deep_dark", self.dark_deep, "the dark card", DARK_CARD),
        ]
        for name, color, ground, background in pairs:
            if (ratio := contrast(color, background)) < LEAST_CONTRAST:
                better = readable(color, background, *(() if name.endswith("_dark") else (WHITE, self.paper)))
                named = name in type(self).model_fields and contrast(better, background) >= LEAST_CONTRAST
                raise refuse(
                    "low-contrast",
                    f"{name} {color} on {ground} {background} has contrast {ratio:.2f}:1, less than 4.5:1",
                    f"{better} would do" if named else "a lighter paper",
                )
        return self

    @cached_property
    def dark_accent(self) -> str:
        return self.accent_dark or mix(readable(self.accent, DARK_CARD, DARK_PAGE, least=6.5), DARK_TEXT, 0.2)

    @cached_property
    def dark_deep(self) -> str:
        return self.deep_dark or mix(readable(self.deep, DARK_CARD, DARK_PAGE, least=9), DARK_TEXT, 0.5)

    @cached_property
    def tint(self) -> str:
        """The paper, a little nearer to the card: panels and calendar blocks."""
        return mix(self.paper, WHITE, 0.25)
