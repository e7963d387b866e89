from __future__ import annotations

import io
import warnings
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from data.errors import DataError
from data.images.picture import Picture
from data.images.thumbnail import thumbnail
from tests.image_files import exif, picture, png_header, scene, webp_header, written


def opened(content: bytes, name: str = "a", shortest: int | None = None) -> Image.Image:
    image = Picture.of_bytes(name, content).open(shortest)
    assert image.mode == "RGB"
    return image


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


def test_a_picture_is_its_name_and_its_bytes() -> None:
    one, same, other = (Picture.of_bytes("a.png", picture(seed)) for seed in (1, 1, 2))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != replace(one, name="b.png")
    assert one.read() == picture(1)
    assert "content" not in repr(one)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WebP", "JPEG"])
def test_every_format_gives_the_colours_that_were_written(kind: str) -> None:
    flat = Image.new("RGB", (20, 10), (200, 100, 50))
    image = opened(written(flat, kind))
    assert image.size == (20, 10)
    assert np.abs(pixels(image) - (200, 100, 50)).max() <= 8


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "TIFF"])
def test_photos_stand_upright_however_the_camera_was_held(
    turn: int, order: str, kind: str
) -> None:
    image = Image.new("RGB", (48, 32), "white")
    image.paste((0, 0, 0), (0, 0, 16, 16))
    tags = Image.Exif()
    tags[0x0112] = turn
    options = {"lossless": True} if kind == "WebP" else {}
    block = tags if kind == "TIFF" else exif(turn, order)
    content = written(image, kind, exif=block, **options)
    # The reading of the tag by another implementation.
    with Image.open(io.BytesIO(content)) as plain:
        wanted = ImageOps.exif_transpose(plain).convert("RGB")
    assert opened(content).size == wanted.size
    assert np.abs(pixels(opened(content)) - pixels(wanted)).max() <= 4


@pytest.mark.parametrize(
    "block",
    [b"Exif\x00\x00", b"Exif\x00\x00II*\x00\xff\xff\xff\xff", exif(9), exif(0), b"junk" * 9,
     exif(6)[:-12], b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\x12\x01" * 40],
)  # fmt: skip
def test_corrupt_exif_leaves_the_photo_as_it_is(block: bytes) -> None:
    assert opened(written(scene(1), "JPEG", exif=block)).size == (96, 72)


def test_transparency_lies_on_white_in_every_mode() -> None:
    clear = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    grey = Image.new("LA", (4, 4), (0, 0))
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 0), 1)
    assert pixels(opened(written(clear))).min() == 255
    assert np.abs(pixels(opened(written(half))) - 127).max() <= 1
    assert pixels(opened(written(grey))).min() == 255
    assert pixels(opened(written(palette, transparency=0)))[0, :2].tolist() == [
        [255, 255, 255],
        [0, 255, 0],
    ]
    assert pixels(opened(written(palette, transparency=b"\x00\xff"))).tolist() == pixels(
        opened(written(palette, transparency=0))
    ).tolist()
    solid = Image.new("RGB", (2, 1), (9, 9, 9))
    solid.putpixel((1, 0), (0, 0, 255))
    assert pixels(opened(written(solid, transparency=(9, 9, 9)))).tolist() == [
        [[255, 255, 255], [0, 0, 255]]
    ]


@pytest.mark.parametrize(
    ("values", "kind", "wanted"),
    [
        (np.array([[0, 32768, 65535]], np.uint16), "PNG", [0, 128, 255]),
        (np.array([[0, 2048, 4095]], np.uint16), "PNG", [0, 128, 255]),
        (np.array([[0, 128, 255]], np.uint16), "TIFF", [0, 128, 255]),
        (np.array([[-100, 0, 100]], np.int32), "TIFF", [0, 128, 255]),
        (np.array([[0, 0.5, 1]], np.float32), "TIFF", [0, 128, 255]),
        (np.array([[0, 100, 255]], np.float32), "TIFF", [0, 100, 255]),
        (np.array([[-1000, np.nan, 1000]], np.float32), "TIFF", [0, 0, 255]),
        (np.array([[np.nan, np.inf, np.nan]], np.float32), "TIFF", [0, 0, 0]),
    ],
)
def test_wide_numbers_are_brought_to_eight_bits(
    values: np.ndarray, kind: str, wanted: list[int]
) -> None:
    found = pixels(opened(written(Image.fromarray(values), kind)))
    assert np.abs(found[0, :, 0] - wanted).max() <= 1
    assert (found[..., 0] == found[..., 2]).all()


def test_bits_and_cmyk_become_rgb() -> None:
    bits = Image.new("1", (8, 8), 1)
    assert pixels(opened(written(bits))).min() == 255
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red = pixels(opened(written(ink, "JPEG")))
    assert red[..., 0].min() > 240
    assert red[..., 1:].max() < 15


def test_an_animation_is_its_first_frame() -> None:
    frames = [Image.new("RGB", (12, 9), colour) for colour in ("red", "blue", "lime")]
    for kind in ("GIF", "PNG", "WebP", "TIFF"):
        options = {"lossless": True} if kind == "WebP" else {}
        content = written(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        assert np.abs(pixels(opened(content)) - (255, 0, 0)).max() <= 2


def test_a_photo_of_two_views_is_its_first() -> None:
    views = [scene(1), scene(2)]
    content = written(views[0], "MPO", save_all=True, append_images=views[1:])
    wanted = pixels(opened(written(views[0], "JPEG")))
    assert np.abs(pixels(opened(content)) - wanted).max() <= 4


def test_colour_profiles_do_no_harm() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = pixels(opened(picture(1)))
    assert (pixels(opened(picture(1, icc_profile=profile))) == plain).all()
    assert (pixels(opened(picture(1, icc_profile=b"no profile"))) == plain).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (100_000, 1), (3, 2)])
def test_odd_sizes_are_opened_and_have_thumbnails(size: tuple[int, int]) -> None:
    content = written(Image.new("RGB", size, "teal"))
    assert opened(content).size == size
    with Image.open(io.BytesIO(thumbnail(Picture.of_bytes("a", content), 32))) as small:
        assert max(small.size) == min(32, max(size))


def test_a_thumbnail_is_a_jpeg_that_keeps_the_shape_and_is_not_enlarged() -> None:
    with Image.open(io.BytesIO(thumbnail(Picture.of_bytes("a", picture(1)), 48))) as small:
        assert (small.format, small.size) == ("JPEG", (48, 36))
        wanted = scene(1).resize((48, 36), Image.Resampling.LANCZOS)
        assert np.abs(pixels(small.convert("RGB")) - pixels(wanted)).mean() < 6
    with Image.open(io.BytesIO(thumbnail(Picture.of_bytes("a", picture(1)), 500))) as same:
        assert same.size == (96, 72)
    with pytest.raises(ValueError, match="at least 1"):
        thumbnail(Picture.of_bytes("a", picture(1)), 0)


@pytest.mark.parametrize(
    ("least", "size"), [(None, (800, 600)), (600, (800, 600)), (299, (400, 300)), (75, (100, 75)),
                        (1, (100, 75)), (9000, (800, 600))]
)  # fmt: skip
def test_a_large_jpeg_is_decoded_smaller_but_never_under_the_side_asked_for(
    least: int | None, size: tuple[int, int]
) -> None:
    assert opened(written(scene(1, 800, 600), "JPEG"), shortest=least).size == size
    assert opened(written(scene(1, 800, 600), "PNG"), shortest=least).size == (800, 600)


@pytest.mark.parametrize(
    "content",
    [png_header(60_000, 60_000), webp_header(16_000, 16_000),
     *(written(scene(1, 100, 80), kind) for kind in ("GIF", "TIFF", "BMP", "JPEG", "WebP"))],
    ids=["png", "webp", "gif", "tiff", "bmp", "jpeg", "small webp"],
)  # fmt: skip
def test_an_image_of_too_many_pixels_is_refused_by_its_header(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    monkeypatch.setenv("LITMUS_MAX_PIXELS", "7999")
    with pytest.raises(DataError, match=r"“big” has [\d,]+ × [\d,]+ pixels, and at most 0.008 mil"):
        opened(content, "big")


def test_the_limit_of_pixels_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMUS_MAX_PIXELS", "6_911")
    with pytest.raises(DataError, match="save it smaller"):
        opened(picture(1))
    monkeypatch.setenv("LITMUS_MAX_PIXELS", "6_912")
    opened(picture(1))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("keep", [0.9, 0.5, 0.02])
def test_a_truncated_image_is_said_and_never_shown_in_part(kind: str, keep: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    content = written(Image.fromarray(noise), kind)
    with warnings.catch_warnings():
        # PIL warns of a cut TIFF before it gives up.
        warnings.simplefilter("ignore", UserWarning)
        with pytest.raises(DataError, match=r"“a” is .*(damaged|no image|text)"):
            opened(content[: max(4, int(len(content) * keep))])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"])
def test_noise_in_a_file_is_an_image_or_a_sentence(kind: str) -> None:
    content = bytearray(written(scene(3, 24, 18), kind))
    rng = np.random.default_rng(7)
    for _ in range(60):
        broken = bytearray(content)
        for place in rng.integers(4, len(broken), 6):
            broken[place] = rng.integers(256)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                opened(bytes(broken))
            except DataError as error:
                assert "“a”" in str(error)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "a.heic", "is a HEIC photo; save it as JPEG"),
        (b"\x00\x00\x00\x18ftypavif" + b"\x00" * 40, "a.avif", "is an AVIF image"),
        (b"<?xml version='1.0'?><svg></svg>", "a.svg", "is a drawing"),
        (b"8BPS\x00\x01", "a.psd", "is a Photoshop file"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "a.cr2", "is a raw photo"),
        (written(Image.new("L", (4, 4)), "TIFF"), "a.NEF", "is a raw photo"),
        (b"\x00" * 128 + b"DICM", "a.dcm", "is a DICOM scan"),
        (b"%PDF-1.4", "a.pdf", "is a PDF document"),
        (b"hello", "a.jpg", "is text and no image"),
        (b"", "a.jpg", "is empty"),
        (b"\x01\x02\x03" * 9, "a.png", "is no image that is known here"),
    ],
)
def test_what_is_no_image_to_read_is_called_by_its_name(
    content: bytes, name: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        opened(content, name)
