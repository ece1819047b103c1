"""Four 4K pictures of noise at once, each too large for Discord: the most that one request can ask."""

from pathlib import Path

from benchmarks.stage import Figure, shows_outcome, stage


async def measure() -> list[Figure]:
    """The peak of resident memory, from the kernel (Linux only)."""
    async with stage(duration_s=1.0) as place:
        place.provider.world.change({"pictures": "noise"})
        (member,) = place.members(1)
        await place.bot.start()
        await place.discord.ready("imagine")
        idle_mib = _peak_mib(place.bot.pid)
        asked = member.slash("imagine", prompt="static", size="3840x2160", count=4)
        card = await asked.message(shows_outcome, 120)
        peak_mib = _peak_mib(place.bot.pid)
    posted = ", ".join(f"{len(attachment.data or b'') / 2**20:.1f}" for attachment in card.attachments)
    return [
        Figure("memory, connected and idle", f"{idle_mib:.0f} MiB"),
        Figure("memory, peak with four 4K pictures of noise at once", f"{peak_mib:.0f} MiB"),
        Figure("what was posted of them", f"{posted} MiB"),
    ]


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024
