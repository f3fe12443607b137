"""The command line: each command parses, calls the use case and renders; nothing heavy is imported before it runs."""

from __future__ import annotations

import sys

import click

from zombiescope import __version__
from zombiescope.errors import ZombiescopeError

__all__ = ["cli", "main"]

# Command -> module of zombiescope.cli that holds it as `command`, and its line in --help.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Audit the sample embassy offline and write report.html."),
    "audit": ("audit", "Estimate the share of zombies among an account's followers."),
    "report": ("report", "Write a stored audit's report again, or one chart of it."),
    "compare": ("compare", "Say what changed between two audits of one account."),
    "rank": ("rank", "Rank accounts by how many genuine followers they have."),
    "watch": ("watch", "Audit accounts again on a schedule, and say what changed."),
    "score": ("score", "Score followers in a JSONL, CSV or Parquet file of any size."),
    "import": ("import_command", "Turn any known dump into follower records."),
    "train": ("train", "Train a model on labelled records; nothing is activated."),
    "evaluate": ("evaluate", "Test a model, or cross-validate the recipe, on labelled records."),
    "models": ("models", "List, show, activate and roll back models."),
    "serve": ("serve", "Serve the HTTP API."),
    "worker": ("worker", "Work at the audits of the service, beside `serve`."),
    "label": ("label", "Give out an audit's followers to label, and take the labels back in."),
    "keys": ("keys", "Add, list and revoke the service's API keys."),
    "forget": ("forget", "Delete everything stored about an account."),
    "sources": ("sources", "List the platforms that can be audited."),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are run, so that --help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"zombiescope.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zombiescope")
def cli() -> None:
    """How many of a social account's followers are zombies (bought or fake), with an interval that can be
    defended.

    \b
    Start with:   zombiescope demo
    Your own:     zombiescope audit file:followers.csv --claim 0.87
    """


def main() -> None:
    """Run the command line; exit 0 done, 1 could not (one line why, one what to do), 2 wrong usage."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except ZombiescopeError as could_not:
        click.echo(f"error: {could_not.what}\n{could_not.advice}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): say nothing and leave.
        sys.stderr.close()
        sys.exit(1)
    except OSError as failed:
        where = f"{failed.filename}: " if failed.filename else ""
        click.echo(
            f"error: {where}{failed.strerror or failed}\nCheck the path, its rights and the disk.", err=True
        )
        sys.exit(1)
