"""From uploaded bytes to a safe file, through the capped child."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from shared.uploads.errors import (
    FileDisguised,
    FileTooDemanding,
    FileTypeNotAccepted,
    InspectionUnavailable,
    PdfActiveContent,
    PictureTooManyPixels,
)
from shared.uploads.inspect import Inspector
from shared.uploads.kinds import DOCUMENTS, IMAGES, FileKind
from tests.integration.shared.uploads.mutations import EVERYTHING, mutated, outcome, seeds
from tests.unit.shared.uploads import corpus

MEGABYTE = 1024 * 1024


@asynccontextmanager
async def running(**options: float) -> AsyncIterator[Inspector]:
    """An inspector that leaves no child behind."""
    inspector = Inspector(**options)  # type: ignore[arg-type]
    await inspector.start()
    try:
        yield inspector
    finally:
        await inspector.stop()


async def test_each_kind_comes_out_safe_and_described() -> None:
    """Photo, screenshot, WebP and scan come out with their true type, size, digest and extent."""
    async with running() as inspector:
        for sent, name, kind in (
            (corpus.with_metadata("JPEG"), "a.jpg", FileKind.JPEG),
            (corpus.with_metadata("PNG"), "a.png", FileKind.PNG),
            (corpus.with_metadata("WEBP"), "a.webp", FileKind.JPEG),
        ):
            result = await inspector.inspect(sent, accept=IMAGES, declared_type=None, file_name=name)
            assert (result.kind, result.width, result.height, result.pages) == (kind, 320, 200, None)
            assert result.size == len(result.data)
            assert corpus.MARKER not in result.data
        scan = await inspector.inspect(
            corpus.pdf_with(pages=3), accept=DOCUMENTS, declared_type="application/pdf", file_name="盖章扫描件.pdf"
        )
        assert (scan.kind, scan.content_type, scan.pages, scan.extension) == (
            FileKind.PDF, "application/pdf", 3, "pdf",
        )  # fmt: skip


@pytest.mark.requirement("V34", "V37", "V39")
async def test_hostile_files_are_refused_by_name() -> None:
    """Polyglots, active PDFs and bombs each get their own refusal, with a sentence in both languages."""
    change, _ = corpus.FORBIDDEN_FEATURES["launch"]
    async with running() as inspector:
        for sent, expected in (
            (corpus.png_and_zip(), FileDisguised),
            (corpus.jpeg_and_php(), FileDisguised),
            (corpus.pdf_and_html(), FileDisguised),
            (corpus.gif_and_jar(), FileTypeNotAccepted),
            (corpus.pdf_with(change), PdfActiveContent),
            (corpus.pixel_bomb(30_000, 30_000), PictureTooManyPixels),
        ):
            with pytest.raises(expected) as refused:
                await inspector.inspect(sent, accept=EVERYTHING)
            for language in ("zh", "en"):
                assert "{" not in refused.value.sentence(language)


@pytest.mark.requirement("V36")
async def test_forty_megapixels_stay_under_three_hundred_megabytes() -> None:
    """The largest allowed pictures, progressive and not, are decoded within the memory that the requirement grants."""
    image = Image.effect_noise((912, 675), 80).resize((7296, 5400)).convert("RGB")
    async with running(wall_seconds=30.0) as inspector:
        for kind, options in (("JPEG", {"progressive": True, "subsampling": 0}), ("PNG", {"compress_level": 1})):
            result = await inspector.inspect(corpus.encoded(image, kind, **options), accept=IMAGES)
            assert (result.width, result.height) == (3648, 2700)
            assert peak_kilobytes(inspector) <= 300 * 1024


def peak_kilobytes(inspector: Inspector) -> int:
    """The largest resident set that the child ever had."""
    (pid,) = inspector.pids
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.mark.requirement("V36")
async def test_a_file_that_needs_too_much_memory_is_refused_alone() -> None:
    """Under a small cap the large picture is refused and the small one behind it passes; under the real cap both do."""
    large = corpus.encoded(Image.new("RGB", (5000, 3900), "grey"), "PNG")
    small = corpus.encoded(corpus.photo())
    async with running(memory_bytes=90 * MEGABYTE) as inspector:
        with pytest.raises(FileTooDemanding):
            await inspector.inspect(large, accept=IMAGES)
        assert (await inspector.inspect(small, accept=IMAGES)).width == 320
    async with running() as inspector:
        assert (await inspector.inspect(large, accept=IMAGES)).width == 4000


@pytest.mark.requirement("V36", "V37")
async def test_a_file_that_takes_too_long_is_refused_and_the_child_replaced() -> None:
    """Past the wall time one file is refused, its process is gone, and with more time the same file passes."""
    slow = corpus.encoded(Image.effect_noise((4000, 3000), 90).convert("RGB"), "PNG", compress_level=1)
    async with running(wall_seconds=0.25) as inspector:
        await inspector.inspect(corpus.encoded(corpus.photo()), accept=IMAGES)
        (pid,) = inspector.pids
        with pytest.raises(FileTooDemanding):
            await inspector.inspect(slow, accept=IMAGES)
        assert not Path(f"/proc/{pid}").exists()
    async with running(wall_seconds=30.0) as inspector:
        assert (await inspector.inspect(slow, accept=IMAGES)).width == 4000


async def test_a_killed_child_costs_one_file() -> None:
    """The child dies under one file; that file is refused as such and the next is inspected."""
    slow = corpus.encoded(Image.effect_noise((3000, 3000), 90).convert("RGB"), "PNG", compress_level=1)
    async with running(wall_seconds=30.0) as inspector:
        await inspector.inspect(corpus.encoded(corpus.photo()), accept=IMAGES)
        (pid,) = inspector.pids
        task = asyncio.create_task(inspector.inspect(slow, accept=IMAGES))
        await asyncio.sleep(0.1)
        os.kill(pid, 9)
        with pytest.raises(FileTooDemanding):
            await task
        assert (await inspector.inspect(corpus.encoded(corpus.photo()), accept=IMAGES)).width == 320


async def test_stopping_in_the_middle_blames_the_service_not_the_file() -> None:
    """A file under inspection when the service stops may be uploaded again."""
    slow = corpus.encoded(Image.effect_noise((3000, 3000), 90).convert("RGB"), "PNG", compress_level=1)
    async with running(wall_seconds=30.0) as inspector:
        task = asyncio.create_task(inspector.inspect(slow, accept=IMAGES))
        await asyncio.sleep(0.6)
        await inspector.stop()
        with pytest.raises(InspectionUnavailable):
            await task


async def test_nothing_runs_before_the_first_file_and_after_the_last() -> None:
    """An idle service holds no child."""
    async with running(idle_seconds=0.1) as inspector:
        assert inspector.pids == []
        await inspector.inspect(corpus.encoded(corpus.photo()), accept=IMAGES)
        assert len(inspector.pids) == 1
        async with asyncio.timeout(5):
            while inspector.pids:
                await asyncio.sleep(0.02)


async def test_the_event_loop_stays_free() -> None:
    """While a large picture is decoded the loop of the service is never held for long."""
    large = corpus.encoded(Image.effect_noise((4000, 3000), 90).convert("RGB"))
    async with running(wall_seconds=30.0) as inspector:
        task = asyncio.create_task(inspector.inspect(large, accept=IMAGES))
        longest = 0.0
        while not task.done():
            begun = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - begun)
        assert (await task).width == 4000
    assert longest < 0.25


@pytest.mark.requirement("V37")
async def test_mutated_files_end_in_a_result_or_a_named_refusal() -> None:
    """300 files with flipped, cut and repeated bytes: never anything but a safe file or a typed refusal."""
    dice, files = random.Random(20261123), seeds()
    outcomes: dict[str, int] = {}
    async with running() as inspector:
        for number in range(300):
            became = await outcome(inspector, mutated(files[number % len(files)], dice))
            outcomes[became] = outcomes.get(became, 0) + 1
    assert outcomes.get("safe", 0) > 20, outcomes
    assert len(outcomes) >= 3, outcomes
