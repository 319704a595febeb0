"""The decoder of HTTP bodies: each coding, several in a row, bombs, damage, truncation."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.archive.decoding import (
    MAX_BODY_BYTES,
    BrokenBodyError,
    DecodingError,
    codings_of,
    decode,
    decode_start,
    join_chunks,
)
from storage.reasons import Reason

PAGE = "<p>Xóm Đông đắp lại con đê sau mùa nước nổi.</p>".encode() * 4000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", partial(brotli.compress, quality=4)),
    "zstd": ("zstd", zstd.compress),
}
pytestmark = pytest.mark.parametrize("case", CODINGS)


@given(body=st.binary(max_size=2000), repeats=st.sampled_from([1, 100]))
@settings(max_examples=30)
def test_each_coding_is_undone(case: str, body: bytes, repeats: int) -> None:
    name, pack = CODINGS[case]
    assert decode(pack(body * repeats), [name]) == body * repeats


def test_codings_in_a_row_are_undone_in_reverse(case: str) -> None:
    name, pack = CODINGS[case]
    for other, pack_again in CODINGS.values():
        assert decode(pack_again(pack(PAGE)), [name, other]) == PAGE


def test_a_body_of_exactly_the_limit_is_read(case: str) -> None:
    name, pack = CODINGS[case]
    packed = pack(PAGE)
    assert decode(packed, [name], len(PAGE)) == PAGE
    with pytest.raises(DecodingError) as caught:
        decode(packed, [name], len(PAGE) - 1)
    assert caught.value.reason == Reason("response_too_large")


def test_a_bomb_stops_at_the_limit(case: str) -> None:
    """120 MB of zeros in less than 120 kB; the decoder holds the limit and one chunk."""
    name, pack = CODINGS[case]
    bomb = BOMBS.setdefault(case, pack(bytes(120_000_000)))
    assert len(bomb) * 1000 < 120_000_000
    tracemalloc.start()
    try:
        with pytest.raises(DecodingError) as caught:
            decode(bomb, [name])
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()
    assert caught.value.reason == Reason("response_too_large")
    assert not isinstance(caught.value, BrokenBodyError)


BOMBS: dict[str, bytes] = {}


def test_a_bomb_inside_a_coding_stops_at_the_limit(case: str) -> None:
    name, pack = CODINGS[case]
    bomb = gzip.compress(pack(bytes(30_000_000)))
    with pytest.raises(DecodingError) as caught:
        decode(bomb, [name, "gzip"])
    assert caught.value.reason == Reason("response_too_large")


def test_a_body_that_ends_early_is_incomplete_at_every_byte(case: str) -> None:
    name, pack = CODINGS[case]
    packed = pack(PAGE[:500])
    for end in range(1, len(packed)):
        with pytest.raises(BrokenBodyError) as caught:
            decode(packed[:end], [name])
        assert caught.value.reason == Reason("coding_incomplete", coding=name), end


def test_a_damaged_body_is_broken(case: str) -> None:
    name, pack = CODINGS[case]
    packed = pack(bytes(range(256)) * 300)
    damaged = [b"\xff" * 12 + packed[12:]]
    if case not in ("raw deflate", "br", "zstd"):  # these have no checksum here
        middle = len(packed) // 2
        damaged += [packed[:middle] + bytes(20) + packed[middle + 20 :], packed[:-6] + bytes(6)]
    for body in damaged:
        with pytest.raises(BrokenBodyError) as caught:
            decode(body, [name])
        assert caught.value.reason.params == {"coding": name}


def test_the_start_of_a_body_is_read_without_the_rest(case: str) -> None:
    name, pack = CODINGS[case]
    packed = pack(PAGE)
    assert decode_start(packed, [name], 1000) == PAGE[:1000]
    assert decode_start(packed, [name], len(PAGE) * 2) == PAGE


def test_an_empty_body_has_no_coding(case: str) -> None:
    assert decode(b"", [CODINGS[case][0]]) == b""


def test_markup_under_a_false_coding_is_read_as_it_is(case: str) -> None:
    page = b"\n<!DOCTYPE html><p>kh\xc3\xb4ng n\xc3\xa9n</p>"
    assert decode(page, [CODINGS[case][0]]) == page
    with pytest.raises(BrokenBodyError):
        decode(b"Nothing that any decoder takes: \x00\x01\x02", [CODINGS[case][0]])


@pytest.mark.parametrize(
    ("framed", "count"), [("gzip", 3), ("x-gzip", 3), ("zstd", 3), ("gzip", 2000), ("zstd", 2000)]
)
def test_members_and_frames_are_joined(case: str, framed: str, count: int) -> None:
    _, pack = CODINGS[framed]
    parts = [bytes([number % 251]) * 40 for number in range(count)]
    assert decode(b"".join(map(pack, parts)), [framed]) == b"".join(parts)


def test_a_body_of_empty_frames_is_broken_in_time(case: str) -> None:
    """Each frame costs a decompressor, and a body of the permitted length has a million."""
    name, pack = CODINGS[case]
    if name not in ("gzip", "zstd"):
        pytest.skip("it has no frames")
    skipped = b"\x50\x2a\x4d\x18\0\0\0\0"
    for frame in (pack(b""), skipped) if name == "zstd" else (pack(b""),):
        body = pack(PAGE) + frame * (MAX_BODY_BYTES // len(frame) - len(PAGE))
        began = time.process_time()
        with pytest.raises(BrokenBodyError):
            decode(body, [name])
        assert time.process_time() - began < 10


@pytest.mark.parametrize("rest", [b"\0", b"\0" * 512, b"\r\n", b"<!-- cache -->"])
def test_what_follows_the_coding_is_ignored(case: str, rest: bytes) -> None:
    name, pack = CODINGS[case]
    if name == "br":  # its decoder gives nothing out then
        pytest.skip("brotli streams allow nothing behind them")
    assert decode(pack(PAGE) + rest, [name]) == PAGE


def test_header_values_are_split_into_codings(case: str) -> None:
    name, _ = CODINGS[case]
    assert codings_of([f" {name.upper()}, identity", "gzip"]) == [name, "gzip"]
    assert codings_of(["utf-8", "none", ""]) == []


@pytest.mark.parametrize("name", ["compress", "dcb", "exi"])
def test_an_unknown_coding_is_named(case: str, name: str) -> None:
    coded = [name, CODINGS[case][0]]
    with pytest.raises(DecodingError) as caught:
        decode(b"\x1f\x9d\x90", coded)
    assert caught.value.reason == Reason("coding_unknown", coding=name)


def test_a_long_row_of_codings_is_refused(case: str) -> None:
    with pytest.raises(DecodingError):
        decode(b"\x1f\x8b", [CODINGS[case][0]] * 6)


def test_chunks_are_joined(case: str) -> None:
    packed = CODINGS[case][1](PAGE)
    sent = b"5;name=x\r\n" + packed[:5] + b"\r\n"
    sent += f"{len(packed) - 5:X}\r\n".encode() + packed[5:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
    assert join_chunks(sent) == packed
    for end in (len(sent) // 2, 10, 14):
        with pytest.raises(BrokenBodyError) as caught:
            join_chunks(sent[:end])
        assert caught.value.reason == Reason("coding_incomplete", coding="chunked")


def test_a_body_stored_without_its_chunks_is_returned(case: str) -> None:
    packed = CODINGS[case][1](PAGE)
    assert join_chunks(packed) == packed
