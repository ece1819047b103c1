"""No way of writing a private address gets through."""

from ipaddress import ip_address

import pytest
from yarl import URL

from bot.domain.errors import PictureBad
from bot.media.addresses import AddressRefused, GuardedResolver, check_link, is_public
from tests.modellix.loopback import Names

PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "link",
    [
        "https://file.modellix.ai/aigc/image/x.png?sig=1",
        "https://file.modellix.ai:8443/x.png",
        *(f"https://{f'[{one}]' if ':' in one else one}/x.png" for one in PUBLIC),
    ],
)
def test_links_that_may_be_opened(link: str) -> None:
    check_link(URL(link), allow_loopback=False)


@pytest.mark.parametrize(
    "link",
    [
        "http://file.modellix.ai/x.png",
        "http://127.0.0.1/x.png",
        "ftp://file.modellix.ai/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//file.modellix.ai/x.png",
        "/x.png",
        "x.png",
        "",
        "https://user:pass@file.modellix.ai/x.png",
        "https://user@file.modellix.ai/x.png",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://[fe80::1%25eth0]/",
        *(f"https://{f'[{one}]' if ':' in one else one}/x.png" for one in PRIVATE),
    ],
)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_links_that_may_not(link: str, allow_loopback: bool) -> None:
    try:
        url = URL(link)
    except ValueError:
        return
    if allow_loopback and url.host in {"127.0.0.1", "127.255.255.254", "::1"}:
        check_link(url, allow_loopback=True)
        return
    with pytest.raises(PictureBad) as caught:
        check_link(url, allow_loopback=allow_loopback)
    assert "modellix" not in str(caught.value)


async def test_names_resolve_to_public_addresses() -> None:
    resolver = GuardedResolver(Names(good_example=PUBLIC[:2]), allow_loopback=False)
    assert [one["host"] for one in await resolver.resolve("good.example", 443)] == PUBLIC[:2]


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_with_one_private_address_is_refused_altogether(address: str) -> None:
    resolver = GuardedResolver(Names(evil_example=[PUBLIC[0], address]), allow_loopback=False)
    with pytest.raises(AddressRefused):
        await resolver.resolve("evil.example", 443)


async def test_loopback_opens_nothing_but_loopback() -> None:
    names = Names(localhost=["127.0.0.1"], evil_example=["10.0.0.1"])
    resolver = GuardedResolver(names, allow_loopback=True)
    assert await resolver.resolve("localhost", 80)
    with pytest.raises(AddressRefused):
        await resolver.resolve("evil.example", 80)
