"""What a picture's file says of itself."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from lpdownload.check.picture_files import read
from lpdownload.render.pictures import asset


def animated(delays: list[int], loop: int | None) -> bytes:
    """A GIF with a frame for each delay in milliseconds."""
    frames = [Pillow.new("P", (8, 4), index % 2) for index, _ in enumerate(delays)]
    for frame in frames:
        frame.putpalette([0, 0, 0, 255, 255, 255])
    out = io.BytesIO()
    options = {} if loop is None else {"loop": loop}
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=delays, **options)
    return out.getvalue()


@pytest.mark.parametrize(("loop", "runs"), [(None, 1), (0, None), (4, 5)])
def test_frames_seconds_and_runs_of_a_gif_are_read(loop: int | None, runs: int | None) -> None:
    file = read(asset(animated([100, 250, 400], loop), "gif"))
    assert (file.width, file.height, file.frames, file.seconds, file.runs) == (8, 4, 3, 0.75, runs)


@given(st.lists(st.integers(2, 300), min_size=2, max_size=5))
def test_the_seconds_are_the_sum_of_the_frames_delays(hundredths: list[int]) -> None:
    file = read(asset(animated([10 * delay for delay in hundredths], None), "gif"))
    assert file.moves_for == pytest.approx(sum(hundredths) / 100)


@given(st.integers(0, 40))
def test_a_gif_that_breaks_off_is_read_as_far_as_it_goes(cut: int) -> None:
    whole = animated([100, 100], 0)
    assert read(asset(whole[: max(20, len(whole) - cut)], "gif")).frames <= 2


def test_a_still_picture_does_not_move() -> None:
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20)).save(out, "JPEG")
    file = read(asset(out.getvalue(), "jpg"))
    assert (file.width, file.height, file.moves_for) == (30, 20, 0)
