"""A local Discord in the browser around the real bot: no account, no token, no network.

Built on simcord, which runs discord.py against a Discord inside the process, and on its preview
page.

    async with Demo.running(bot) as demo:       # logs the bot in, opens the page
        demo.start(renderer.run(), name="renderer")   # workers: here, never in setup_hook
        demo.start(deliverer.run(), name="deliverer")
        print(demo.url)
        await demo.wait_closed()

Workers belong outside the bot, because simcord waits after every action until the bot is quiet:
whatever the bot starts inside `setup_hook` or a command counts as the bot's.
"""

from sandbox.demo.demo import Answer, Demo, Person

__all__ = ["Answer", "Demo", "Person"]
